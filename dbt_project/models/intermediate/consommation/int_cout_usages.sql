-- Of what former uses a hectare that an EPCI consumes is assumed to be, and what a hectare of each emits once sealed (t CO2e, whole effect): as its
-- conversions to sealed soil in ALDO; where it has none (or what projection leaves of a neighbour's), as its land of 2018. Land that was artificial before is none of what Cerema counts.
with conversions as (
    select maille, code_territoire, occupation_initiale, surface_ha, flux_tco2e
    from {{ ref('int_flux_territoires') }}
    where
        occupation_finale = 'artificiels_impermeabilises' and surface_ha > 0
        and occupation_initiale not in ({{ usages_artificiels() }})
    qualify sum(surface_ha) over (partition by maille, code_territoire) >= {{ var('residu_de_projection_ha') }}
),

servis as (
    select distinct maille, code_territoire from conversions
),

terres as (
    select
        appartenances.maille,
        appartenances.code_territoire,
        couts.occupation_initiale,
        sum({{ terme_exact('appartenances.poids__stock_des_sols * couts.surface_ha') }}) as surface_ha,
        sum({{ terme_exact('appartenances.poids__stock_des_sols * couts.surface_ha * couts.tco2e_par_ha') }}) as flux_tco2e
    from {{ ref('int_cout_unitaire') }} as couts
    inner join {{ ref('int_appartenances') }} as appartenances on couts.code_commune_aldo = appartenances.code_commune_aldo
    left join servis
        on appartenances.maille = servis.maille and appartenances.code_territoire = servis.code_territoire
    where servis.maille is null
    group by all
),

usages as (
    select *, 'conversions_aldo' as repartition from conversions
    union all
    select *, 'terres_2018' as repartition from terres
)

select
    maille,
    code_territoire,
    repartition,
    occupation_initiale,
    cast(surface_ha as double) / cast(sum(surface_ha) over (partition by maille, code_territoire) as double) as part,
    cast(flux_tco2e as double) / cast(surface_ha as double) as tco2e_par_ha
from usages
where surface_ha > 0 and maille not in ('departement', 'region', 'france')
