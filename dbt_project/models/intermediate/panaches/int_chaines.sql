-- The site that each source is part of, called after the first source of its chain: neighbours of neighbours are neighbours.
with recursive atteintes (source, voisine) as (
    select source, source from {{ ref('int_sources_co2') }}
    union
    select atteintes.source, voisines.voisine
    from atteintes
    inner join {{ ref('int_sources_voisines') }} as voisines on atteintes.voisine = voisines.source
)

select source, min(voisine) as chaine
from atteintes
group by source
