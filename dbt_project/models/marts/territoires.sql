with liste as (
    select
        {{ colonnes_communes_aux_marts('territoires') }},
        territoires.nature_epci,
        cast(territoires.n_communes as integer) as n_communes,
        cast(territoires.n_communes_source as integer) as n_communes_source,
        cast(round(territoires.population) as bigint) as population,
        cast(territoires.surface_ha as double) as surface_ha,
        territoires.n_communes < 10 as moins_de_10_communes,
        territoires.codes_departements,
        territoires.codes_regions,
        cast(territoires.n_epci as integer) as n_epci,
        cast(territoires.n_communes_partielles as integer) as n_communes_partielles,
        cast(territoires.millesime as integer) as cog_composition,
        case territoires.n_communes_couvertes
            when territoires.n_communes then 'complete'
            when 0 then 'absente'
            else 'partielle'
        end as couverture_aldo,
        cast(territoires.surface_ha_couverte as double) as surface_couverte_ha,
        cast(round(territoires.population_couverte) as bigint) as population_couverte,
        territoires.annee_population,
        execution.statut_donnees
    from {{ ref('int_territoires') }} as territoires
    cross join {{ ref('stg_execution') }} as execution
)

select
    liste.*,
    {{ arrondis('liste', ['surface_ha', 'surface_couverte_ha']) }}
from liste
