-- Events between ALDO's list and the target COG, in the order in which they apply: by date, and within a date
-- changes of code (MOD 41, 50) before the rest. A commune with several successors is shared between them: by area
-- and by population of the newest vintage, each summing to 1 over all successors, the surviving parent included.
with mouvements as (
    select
        mouvements.*,
        dense_rank() over (
            order by mouvements.date_effet, case when mouvements.code_mouvement in ('41', '50') then 1 else 2 end
        ) as etape
    from {{ ref('stg_insee__mouvements') }} as mouvements
    cross join {{ ref('stg_execution') }} as execution
    where mouvements.date_effet > execution.date_liste_aldo and mouvements.date_effet <= execution.date_cog
),

successions as (
    select distinct etape, date_effet, code_avant, code_apres
    from mouvements
),

population as (
    select code_commune, population
    from {{ ref('stg_insee__population') }}
    qualify edition = max(edition) over ()
)

select
    successions.etape,
    successions.date_effet,
    successions.code_avant,
    successions.code_apres,
    {{ part('surfaces.surface_ha', 'successions.etape, successions.code_avant') }} as poids_surface,
    {{ part('population.population', 'successions.etape, successions.code_avant') }} as poids_population
from successions
left join {{ ref('stg_ign__surfaces') }} as surfaces on successions.code_apres = surfaces.code_commune
left join population on successions.code_apres = population.code_commune
