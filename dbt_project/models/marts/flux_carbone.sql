select
    {{ colonnes_communes_aux_marts('territoires') }},
    flux.nature,
    flux.occupation_initiale,
    flux.occupation_finale,
    flux.occupation_finale_n1,
    flux.approche_bois,
    flux.usage_bois,
    cast(flux.surface_ha as double) as surface_ha,
    cast(flux.flux_tco2e as double) as flux_tco2e,
    cast(flux.sequestration_tco2e as double) as sequestration_tco2e,
    cast(flux.emission_tco2e as double) as emission_tco2e,
    execution.statut_donnees
from {{ ref('int_flux_territoires') }} as flux
inner join {{ ref('int_territoires') }} as territoires
    on flux.maille = territoires.maille and flux.code_territoire = territoires.code_territoire
cross join {{ ref('stg_execution') }} as execution
