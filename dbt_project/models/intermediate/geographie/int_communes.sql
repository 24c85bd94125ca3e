-- Communes of the target COG with what they belong to, and the population of its year. Areas are those of the newest
-- vintage: they hold for a commune only if no event has touched it since the target (unknown otherwise).
with mouvements as (
    select
        mouvements.code_avant,
        mouvements.code_apres
    from {{ ref('stg_insee__mouvements') }} as mouvements
    cross join {{ ref('stg_execution') }} as execution
    where mouvements.date_effet > execution.date_cog
),

touchees as (
    select code_avant as code_commune from mouvements
    union
    select code_apres as code_commune from mouvements
)

select
    communes.code_commune,
    composition.siren_epci,
    communes.code_departement,
    communes.code_region,
    communes.code_departement not like '97%' as est_metropole,
    population.population,
    case when touchees.code_commune is null then surfaces.surface_ha end as surface_ha
from {{ ref('stg_insee__communes') }} as communes
cross join {{ ref('stg_execution') }} as execution
left join {{ ref('stg_insee__epci_composition') }} as composition
    on communes.code_commune = composition.code_commune
left join {{ ref('stg_insee__population') }} as population
    on communes.code_commune = population.code_commune and execution.cog = population.edition
left join {{ ref('stg_ign__surfaces') }} as surfaces
    on communes.code_commune = surfaces.code_commune
left join touchees
    on communes.code_commune = touchees.code_commune
