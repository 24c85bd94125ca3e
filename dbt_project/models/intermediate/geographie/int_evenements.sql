-- Events from commune to commune since 1943, in the order in which they apply: by date, and within a date changes of code
-- (MOD 41, 50) before the rest. `rang_successeur` says which successor of a split keeps what no former commune claims: one that
-- is not a former commune itself, otherwise the one that keeps the code.
with ordonnes as (
    select
        mouvements.*,
        dense_rank() over (
            order by mouvements.date_effet, case when mouvements.code_mouvement in ('41', '50') then 1 else 2 end
        ) as etape
    from {{ ref('stg_insee__mouvements') }} as mouvements
),

successions as (
    select etape, date_effet, code_avant, code_apres, min(code_mouvement) as code_mouvement
    from ordonnes
    group by all
)

select
    successions.*,
    count(*) over (partition by successions.etape, successions.code_avant) as n_successeurs,
    row_number() over (
        partition by successions.etape, successions.code_avant
        order by
            retablissements.code_commune is not null,
            successions.code_apres <> successions.code_avant,
            successions.code_apres
    ) as rang_successeur
from successions
left join {{ ref('stg_insee__retablissements') }} as retablissements
    on
        successions.date_effet = retablissements.date_effet
        and successions.code_apres = retablissements.code_commune
