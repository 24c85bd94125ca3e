-- The site that each source is part of, called after the first source of its chain: neighbours of neighbours are neighbours.
with recursive atteintes (id_source, voisine) as (
    select id_source, id_source as voisine from {{ ref('int_sources_co2') }}
    union
    select atteintes.id_source, voisines.voisine
    from atteintes
    inner join {{ ref('int_sources_voisines') }} as voisines on atteintes.voisine = voisines.id_source
)

select id_source, min(voisine) as chaine
from atteintes
group by id_source
