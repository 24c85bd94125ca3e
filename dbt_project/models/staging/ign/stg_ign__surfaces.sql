-- Area of communes by vintage of boundaries, in hectares (exact decimals: shares do not depend on the order of sums). Where the
-- boundaries were generalised and the producer publishes the area of the full ones, that area is truer than any we could compute.
with mesures as (
    select
        cast(_edition as integer) as millesime,
        code as code_commune,
        generalisation <> '' and nullif(surface, '') is not null as est_publiee,
        try_cast(nullif(surface, '') as decimal(18, 6)) as surface_publiee_ha,
        try_cast(surface_calculee as decimal(18, 6)) as surface_calculee_ha
    from {{ source('raw', 'contours_communes') }}
)

select
    millesime,
    code_commune,
    case when est_publiee then 'publiee' else 'calculee' end as origine_surface,
    case when est_publiee then surface_publiee_ha else surface_calculee_ha end as surface_ha,
    surface_publiee_ha,
    surface_calculee_ha
from mesures
