-- TerriSTORY's indicator of fluxes, under the wood approach it keeps (consommation), in its modalities and words: all of them.
with cadre as (
    {{ cadre_des_flux(['nature', 'occupation_finale_n1']) }}
)

select
    {{ colonnes_communes_aux_marts('territoires') }},
    natures.libelle as nature_du_flux,
    usages.libelle as usage_final_du_sol,
    {{ en_kt(somme_du_cadre('flux.flux_tco2e')) }} as bilan_kt_co2e,
    {{ en_kt(somme_du_cadre('flux.flux_tco2e - flux.n2o_tco2e')) }} * {{ tc_par_tco2() }} as bilan_kt_c,
    {{ convention_de_la_maison() }},
    {{ provenance() }}
from cadre
{{ flux_du_cadre(['nature', 'occupation_finale_n1']) }}
{{ libelle('terristory', 'nature', 'cadre.nature', 'natures') }}
{{ libelle('terristory', 'usage', 'cadre.occupation_finale_n1', 'usages') }}
{{ territoire_et_execution('cadre') }}
where cadre.approche_bois = 'consommation'
group by all
