-- Area of the communes of the newest vintage, in hectares (exact decimals: shares do not depend on the order of sums).
select
    code as code_commune,
    try_cast(nullif(surface, '') as decimal(18, 6)) as surface_ha
from {{ source('raw', 'communes_surfaces') }}
