-- The passages that this refresh uses: from ALDO's list to the target COG; from both to the user's own territories; and to the target
-- COG from boundaries, when none is of its own vintage; from the list of each inventory by commune to the target and those; and from the
-- lists of Filosofi and of Cerema to the target.
{% set paires -%}
select 'aldo' as millesime_source, cast(execution.cog as string) as millesime_cible
from {{ ref('stg_execution') }} as execution
union
select sources.millesime_source, locaux.maille || ':' || locaux.code_territoire as millesime_cible
from {{ ref('stg_territoires_locaux') }} as locaux
cross join (
    select 'aldo' as millesime_source
    union all
    select cast(execution.cog as string) as millesime_source from {{ ref('stg_execution') }} as execution
) as sources
union
select cast(surfaces.millesime as string) as millesime_source, cast(execution.cog as string) as millesime_cible
from {{ ref('stg_ign__surfaces') }} as surfaces
cross join {{ ref('stg_execution') }} as execution
where execution.cog not in (select editions.millesime from {{ ref('stg_ign__surfaces') }} as editions)
union
select listes.millesime as millesime_source, cibles.millesime_cible
from {{ ref('stg_inventaires') }} as listes
cross join (
    select cast(execution.cog as string) as millesime_cible from {{ ref('stg_execution') }} as execution
    union
    select locaux.maille || ':' || locaux.code_territoire as millesime_cible
    from {{ ref('stg_territoires_locaux') }} as locaux
) as cibles
where listes.maille_source = 'commune'
union
select filosofi.millesime as millesime_source, cast(execution.cog as string) as millesime_cible
from {{ ref('stg_insee__filosofi') }} as filosofi
cross join {{ ref('stg_execution') }} as execution
union
select cerema.millesime as millesime_source, cast(execution.cog as string) as millesime_cible
from {{ ref('stg_cerema__communes') }} as cerema
cross join {{ ref('stg_execution') }} as execution
{%- endset -%}
{{ passage(paires) }}
