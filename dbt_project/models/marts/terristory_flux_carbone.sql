-- TerriSTORY's indicator of fluxes, under the wood approach it keeps (consommation), in its modalities and words.
select
    {{ colonnes_communes_aux_marts('territoires') }},
    natures.libelle as nature_du_flux,
    usages.libelle as usage_final_du_sol,
    {{ en_kt('sum(flux.flux_tco2e)') }} as bilan_kt_co2e,
    {{ en_kt('sum(flux.flux_tco2e - flux.n2o_tco2e)') }} * {{ tc_par_tco2() }} as bilan_kt_c,
    {{ convention_de_la_maison() }},
    {{ provenance() }}
from {{ ref('int_flux_territoires') }} as flux
{{ libelle('terristory', 'nature', 'flux.nature', 'natures') }}
{{ libelle('terristory', 'usage', 'flux.occupation_finale_n1', 'usages') }}
{{ territoire_et_execution('flux') }}
where coalesce(flux.approche_bois, 'consommation') = 'consommation' and flux.flux_tco2e is not null
group by all
