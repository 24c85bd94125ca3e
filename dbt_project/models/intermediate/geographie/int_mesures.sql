{{ config(materialized='view') }}
-- What a commune of a given vintage measures, by each method: the yardsticks of shared communes.
select cast(millesime as string) as millesime, code_commune, 'surface' as methode, surface_ha as valeur
from {{ ref('stg_ign__surfaces') }}
where surface_ha is not null
union all
select
    cast(edition as string) as millesime, code_commune, 'population' as methode,
    cast(population as decimal(18, 6)) as valeur
from {{ ref('stg_insee__population') }}
where population is not null
