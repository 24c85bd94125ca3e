-- Which boundaries draw the territories of the target COG: its own edition where there is one, the newest otherwise; and the commune of
-- the target in which each of that edition stands, the largest part deciding for the few that stand astride.
with edition as (
    select coalesce(max(surfaces.millesime) filter (where surfaces.millesime = execution.cog), max(surfaces.millesime)) as millesime
    from {{ ref('stg_ign__surfaces') }} as surfaces
    cross join {{ ref('stg_execution') }} as execution
)

select
    surfaces.millesime,
    surfaces.code_commune as code_contour,
    coalesce(passage.code_cible, surfaces.code_commune) as code_commune,
    coalesce(passage.n_pieces > 1, false) as est_a_cheval
from {{ ref('stg_ign__surfaces') }} as surfaces
inner join edition on surfaces.millesime = edition.millesime
left join {{ ref('int_passage_execution') }} as passage
    on cast(surfaces.millesime as varchar) = passage.millesime_source and surfaces.code_commune = passage.code_source
    and passage.millesime_cible = (select cast(execution.cog as varchar) from {{ ref('stg_execution') }} as execution)
qualify
    row_number() over (
        partition by surfaces.code_commune order by passage.poids_surface desc nulls last, passage.code_cible asc
    ) = 1
