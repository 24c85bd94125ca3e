-- Unit fluxes of soil (t CO2e/ha, whole effect, seen from the atmosphere) by pedoclimatic zone and pair: reference flux times its years.
-- Source: seeds aldo_flux_sol and aldo_regles_sol.
with paires (cle, depart, arrivee) as (
    values
    {% for poste in paires() -%}
    ('{{ poste.cle }}', '{{ groupe_de_sol(poste.initiale) }}', '{{ groupe_de_sol(poste.finale) }}'){% if not loop.last %},{% endif %}
    {% endfor %}
),

references_ as (
    {{ en_vigueur('aldo_flux_sol', ['zpc', 'cle']) }}
),

regles as (
    {{ en_vigueur('aldo_regles_sol', ['depart', 'arrivee']) }}
),

zones as (
    select distinct zpc from references_
)

select
    zones.zpc,
    paires.cle,
    {{ vu_de_l_atmosphere('coalesce(flux.flux_tc_ha, 0) + coalesce(ajout.flux_tc_ha, 0)') }} * regles.duree_ans / {{ tc_par_tco2() }} as unitaire_sol
from paires
cross join zones
inner join regles on paires.depart = regles.depart and paires.arrivee = regles.arrivee
left join references_ as flux on zones.zpc = flux.zpc and regles.cle = flux.cle
left join references_ as ajout on zones.zpc = ajout.zpc and regles.cle_ajoutee = ajout.cle
