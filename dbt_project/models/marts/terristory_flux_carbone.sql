-- TerriSTORY's indicator of fluxes, under the wood approach it keeps (consommation), in its modalities and words: all of them.
{% set cles = ['nature', 'occupation_finale_n1'] -%}
with cadre as (
    {{ cadre_des_flux(cles) }}
),

sommes as (
    {{ sommes_des_flux(cles) }}
)

select
    {{ colonnes_communes_aux_marts('territoires') }},
    natures.libelle as nature_du_flux,
    usages.libelle as usage_final_du_sol,
    {{ en_kt(du_cadre('flux')) }} as bilan_kt_co2e,
    {{ en_kt(du_cadre('sans_n2o')) }} * {{ tc_par_tco2() }} as bilan_kt_c,
    {{ convention_de_la_maison() }},
    {{ provenance() }}
{{ cadre_et_sommes(cles) }}
{{ libelle('terristory', 'nature', 'cadre.nature', 'natures') }}
{{ libelle('terristory', 'usage', 'cadre.occupation_finale_n1', 'usages') }}
{{ territoire_et_execution('cadre') }}
where cadre.approche_bois = 'consommation'
