{{ config(materialized='table') }}
-- Unit fluxes of soil (t CO2e/ha, whole effect, seen from the atmosphere) by pedoclimatic zone and pair: reference flux times its years.
-- Source: seeds aldo_flux_sol and aldo_regles_sol.
with paires (cle, depart, arrivee) as (
    values
    {% for poste in paires() -%}
    ('{{ poste.cle }}', '{{ groupe_de_sol(poste.initiale) }}', '{{ groupe_de_sol(poste.finale) }}'){% if not loop.last %},{% endif %}
    {% endfor %}
),

zones as (
    select distinct zpc from {{ ref('aldo_flux_sol') }}
)

select
    zones.zpc,
    paires.cle,
    {{ vu_de_l_atmosphere('coalesce(flux.flux_tc_ha, 0) + coalesce(ajout.flux_tc_ha, 0)') }} * regles.duree_ans / {{ tc_par_tco2() }} as unitaire_sol
from paires
cross join zones
inner join {{ ref('aldo_regles_sol') }} as regles on paires.depart = regles.depart and paires.arrivee = regles.arrivee
left join {{ ref('aldo_flux_sol') }} as flux on zones.zpc = flux.zpc and regles.cle = flux.cle
left join {{ ref('aldo_flux_sol') }} as ajout on zones.zpc = ajout.zpc and regles.cle_ajoutee = ajout.cle
