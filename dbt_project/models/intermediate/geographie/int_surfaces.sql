-- Area of the communes of the target COG, from the newest boundaries that hold each as a whole number of communes (its own vintage
-- first). `origine_surface` says where it comes from.
with tailles as (
    select millesime, code_commune, count(*) as n_atomes
    from {{ ref('int_composition') }}
    group by all
),

etalons as (
    select
        communes.code_commune,
        communes.n_atomes as n_atomes_commune,
        etalon.millesime,
        etalon.code_commune as code_etalon,
        count(*) as n_atomes_communs
    from tailles as communes
    cross join {{ ref('stg_execution') }} as execution
    inner join {{ ref('int_composition') }} as cible
        on communes.millesime = cible.millesime and communes.code_commune = cible.code_commune
    inner join {{ ref('int_composition') }} as etalon on cible.atome = etalon.atome
    where
        communes.millesime = cast(execution.cog as string)
        and etalon.millesime in (select cast(mesures.millesime as string) from {{ ref('stg_ign__surfaces') }} as mesures)
    group by all
),

mesurees as (
    select
        etalons.code_commune,
        etalons.millesime,
        case
            when count(*) = 1 then 'surface ' || min(surfaces.origine_surface) || ', contours ' || etalons.millesime
            else 'somme de ' || cast(count(*) as string) || ' communes, contours ' || etalons.millesime
        end as origine_surface,
        sum(surfaces.surface_ha) as surface_ha
    from etalons
    inner join tailles
        on etalons.millesime = tailles.millesime and etalons.code_etalon = tailles.code_commune
    inner join {{ ref('stg_ign__surfaces') }} as surfaces
        on etalons.millesime = cast(surfaces.millesime as string) and etalons.code_etalon = surfaces.code_commune
    group by etalons.code_commune, etalons.millesime, etalons.n_atomes_commune
    having sum(tailles.n_atomes) = etalons.n_atomes_commune and sum(etalons.n_atomes_communs) = etalons.n_atomes_commune
)

select mesurees.code_commune, mesurees.surface_ha, mesurees.origine_surface
from mesurees
cross join {{ ref('stg_execution') }} as execution
qualify
    row_number() over (
        partition by mesurees.code_commune
        order by mesurees.millesime = cast(execution.cog as string) desc, mesurees.millesime desc
    ) = 1
