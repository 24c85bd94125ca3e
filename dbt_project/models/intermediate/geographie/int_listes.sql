-- Every list that a passage may end at: the yearly COG, ALDO's, and each of the user's own territories as a list of two communes,
-- inside (dedans) and outside (dehors), over the communes of ALDO and of the target COG that it touches.
-- A table: the passage joins it three times, and a planner that does not know its size joins every list to every commune.
with dedans as (
    select distinct membres.maille || ':' || membres.code_territoire as millesime, composition.atome
    from {{ ref('int_membres_locaux') }} as membres
    inner join {{ ref('int_composition') }} as composition
        on membres.millesime = composition.millesime and membres.code_commune = composition.code_commune
),

alentours as (
    select distinct dedans.millesime, autour.atome
    from dedans
    cross join {{ ref('stg_execution') }} as execution
    inner join {{ ref('int_composition') }} as touchees
        on dedans.atome = touchees.atome and touchees.millesime in ('aldo', cast(execution.cog as string))
    inner join {{ ref('int_composition') }} as autour
        on touchees.millesime = autour.millesime and touchees.code_commune = autour.code_commune
)

select millesime, atome, code_commune from {{ ref('int_composition') }}
union all
select
    alentours.millesime,
    alentours.atome,
    case when dedans.atome is null then 'dehors' else 'dedans' end as code_commune
from alentours
left join dedans on alentours.millesime = dedans.millesime and alentours.atome = dedans.atome
