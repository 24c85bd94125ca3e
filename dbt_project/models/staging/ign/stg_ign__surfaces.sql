-- Area of the communes of the newest vintage, in hectares.
select
    code as code_commune,
    try_cast(nullif(surface, '') as double) as surface_ha
from {{ source('raw', 'communes_surfaces') }}
