-- The passages that this refresh uses: from ALDO's list to the target COG; from both to the user's own territories; and to the target
-- COG from the boundaries that draw it when they are of another vintage.
{% set paires -%}
select 'aldo' as millesime_source, cast(execution.cog as varchar) as millesime_cible
from {{ ref('stg_execution') }} as execution
union
select sources.millesime_source, locaux.maille || ':' || locaux.code_territoire as millesime_cible
from {{ ref('stg_territoires_locaux') }} as locaux
cross join (
    select 'aldo' as millesime_source
    union all
    select cast(execution.cog as varchar) as millesime_source from {{ ref('stg_execution') }} as execution
) as sources
union
select cast(max(surfaces.millesime) as varchar) as millesime_source, cast(execution.cog as varchar) as millesime_cible
from {{ ref('stg_ign__surfaces') }} as surfaces
cross join {{ ref('stg_execution') }} as execution
group by execution.cog
having count(*) filter (where surfaces.millesime = execution.cog) = 0
{%- endset -%}
{{ passage(paires) }}
