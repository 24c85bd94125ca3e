-- Area of communes by vintage of boundaries, in hectares (exact decimals: shares do not depend on the order of sums). Where the
-- boundaries were generalised and the producer publishes the area of the full ones, that area is truer than any we could compute.
-- The centre stands in the metric system of its territory; the distance is to the nearest centre of its departement, null if it is alone there.
with mesures as (
    select
        cast(_edition as integer) as millesime,
        code as code_commune,
        generalisation <> '' and nullif(surface, '') is not null as est_publiee,
        cast(nullif(surface, '') as decimal(18, 6)) as surface_publiee_ha,
        cast(surface_calculee as decimal(18, 6)) as surface_calculee_ha,
        cast(centre_x_m as double) as centre_x_m,
        cast(centre_y_m as double) as centre_y_m,
        cast(nullif(distance_departement_km, '') as double) as distance_departement_km
    from {{ source('raw', 'contours_communes') }}
)

select
    millesime,
    code_commune,
    case when est_publiee then 'publiee' else 'calculee' end as origine_surface,
    case when est_publiee then surface_publiee_ha else surface_calculee_ha end as surface_ha,
    surface_publiee_ha,
    surface_calculee_ha,
    centre_x_m,
    centre_y_m,
    distance_departement_km
from mesures
