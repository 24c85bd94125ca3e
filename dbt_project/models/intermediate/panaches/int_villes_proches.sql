-- The nearest city abroad of each of our plumes, where one is near: context for who reads a pair of coordinates, never a source.
with proches as (
    select
        panaches.id_sondage,
        autre.ville,
        {{ distance_km('panaches.latitude', 'panaches.longitude', 'autre.latitude', 'autre.longitude') }} as distance_km
    from {{ ref('int_panaches') }} as panaches
    {{ joint_proches('panaches', ref('stg_villes'), 'rayon_ville', 1) }}
    where panaches.jeu = 'maison'
)

select
    id_sondage,
    ville,
    distance_km
from proches
qualify row_number() over (partition by id_sondage order by distance_km, ville) = 1
