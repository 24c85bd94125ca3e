-- Cities of the world (GeoNames), one row a city: they say where a plume abroad is, and own no tonnes.
select
    geonameid as id_ville,
    nom || ' (' || pays || ')' as ville,
    {{ nombre('latitude') }} as latitude,
    {{ nombre('longitude') }} as longitude
from {{ source('raw', 'villes_du_monde') }}
where pays <> 'FR' -- a French city is a commune, which nothing published names
