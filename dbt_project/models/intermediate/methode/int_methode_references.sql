{{ config(materialized='view') }}
-- Reference values that ALDO publishes against the same values computed anew: the flux of a hectare of forest from its growth, deaths,
-- harvest and carbon factor (t CO2e/ha/yr). They differ: ALDO applies IGN's own carbon balance, which it does not publish.
{% for poste in forets() -%}
select
    code_commune_aldo,
    '{{ poste.cle }}' as cle,
    {{ vu_de_l_atmosphere('sequestration_unitaire_tco2e_ha__' ~ poste.cle) }} as publie,
    {{ vu_de_l_atmosphere('bilan_m3_ha__' ~ poste.cle) }} * facteur_tc_m3__{{ poste.cle }} / {{ tc_par_tco2() }} as recalcule,
    accroissement_m3_ha__{{ poste.cle }} - mortalite_m3_ha__{{ poste.cle }} - prelevements_m3_ha__{{ poste.cle }}
    - bilan_m3_ha__{{ poste.cle }} as ecart_bilan_m3_ha
from {{ ref('stg_aldo__accroissement_forets') }}
where surface_ha__{{ poste.cle }} > 0
{% if not loop.last %}union all{% endif %}
{% endfor %}
