-- What the volumes of a forest give and the reference flux that ALDO applies may differ (IGN's carbon balance is not published), but not by
-- more than a tonne or so a hectare on average; growth less deaths and harvest is the balance, to its rounding.
{{ config(meta={'description': 'Volumes of forests and reference fluxes agree on average.'}) }}
select cle, avg(publie) as publie_moyen, avg(recalcule) as recalcule_moyen, max(abs(ecart_bilan_m3_ha)) as ecart_bilan
from {{ ref('int_methode_references') }}
group by cle
having abs(avg(publie) - avg(recalcule)) > 1.5 or max(abs(ecart_bilan_m3_ha)) > 0.0101
