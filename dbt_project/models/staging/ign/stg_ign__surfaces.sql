-- Area of communes by vintage of boundaries, in hectares (exact decimals: shares do not depend on the order of sums). Where the
-- boundaries were generalised and the producer publishes the area of the full ones, that area is truer than any we could compute.
select
    cast(_edition as integer) as millesime,
    code as code_commune,
    case
        when generalisation <> '' and nullif(surface, '') is not null then 'publiee'
        else 'calculee'
    end as origine_surface,
    try_cast(
        case when generalisation <> '' then coalesce(nullif(surface, ''), surface_calculee) else surface_calculee end
        as decimal(18, 6)
    ) as surface_ha
from {{ source('raw', 'contours_communes') }}
