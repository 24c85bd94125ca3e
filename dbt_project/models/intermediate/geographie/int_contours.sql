-- Which boundaries draw the territories of the target COG: its own edition where there is one, otherwise that of which the fewest
-- communes stand astride two of the target (then the newest); and the commune of the target in which each stands, its largest part
-- deciding for those astride.
with passage as (
    select
        surfaces.millesime,
        surfaces.code_commune as code_contour,
        coalesce(passage.code_cible, surfaces.code_commune) as code_commune,
        coalesce(passage.n_pieces, 1) > 1 as est_a_cheval,
        surfaces.millesime = execution.cog as est_du_millesime,
        row_number() over (
            partition by surfaces.millesime, surfaces.code_commune
            order by passage.poids_surface desc nulls last, passage.code_cible asc
        ) as rang
    from {{ ref('stg_ign__surfaces') }} as surfaces
    cross join {{ ref('stg_execution') }} as execution
    left join {{ ref('int_passage_execution') }} as passage
        on
            cast(surfaces.millesime as string) = passage.millesime_source
            and surfaces.code_commune = passage.code_source
            and cast(execution.cog as string) = passage.millesime_cible
),

candidates as (
    select millesime, bool_or(est_du_millesime) as est_du_millesime, count(*) filter (where est_a_cheval) as n_a_cheval
    from passage
    group by millesime
),

editions as (
    select millesime
    from candidates
    qualify row_number() over (order by est_du_millesime desc, n_a_cheval asc, millesime desc) = 1
)

select passage.millesime, passage.code_contour, passage.code_commune, passage.est_a_cheval
from passage
inner join editions on passage.millesime = editions.millesime
where passage.rang = 1
