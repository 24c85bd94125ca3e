-- Communes of the target COG with what they belong to, the population of its year and their area.
select
    communes.code_commune,
    communes.nom_commune,
    composition.siren_epci,
    communes.code_departement,
    communes.code_region,
    communes.code_departement not like '97%' as est_metropole,
    population.population,
    population.annee_population,
    surfaces.surface_ha,
    surfaces.origine_surface
from {{ ref('stg_insee__communes') }} as communes
cross join {{ ref('stg_execution') }} as execution
left join {{ ref('stg_insee__epci_composition') }} as composition
    on communes.code_commune = composition.code_commune and execution.cog = composition.edition
left join {{ ref('stg_insee__population') }} as population
    on communes.code_commune = population.code_commune and execution.cog = population.edition
left join {{ ref('int_surfaces') }} as surfaces
    on communes.code_commune = surfaces.code_commune
