-- The life of each atom, one row a step. An atom is a piece of land that no event divides: a commune of 1943, or one that was
-- born of a split since. In a split an atom goes back to the commune that it was before, the earliest if there are several;
-- if it was none of the successors, to the one that is not a former commune (rang_successeur).
with recursive apparitions as (
    select code_avant as code_commune, etape * 2 as rang, 0 as est_nee
    from {{ ref('int_evenements') }}
    union all
    select code_apres as code_commune, etape * 2 + 1 as rang, cast(n_successeurs > 1 as integer) as est_nee
    from {{ ref('int_evenements') }}
),

premieres as (
    select code_commune, min(rang) as rang, min_by(est_nee, rang * 2 + 1 - est_nee) as est_nee
    from apparitions
    group by all
),

origines as (
    select code_commune as atome, case when est_nee = 1 then cast(floor(rang / 2) as bigint) else 0 end as etape
    from premieres
    where rang % 2 = 0 or est_nee = 1
    union all
    select communes.code_commune as atome, 0 as etape
    from {{ ref('stg_insee__communes') }} as communes
    where communes.code_commune not in (select premieres.code_commune from premieres)
),

naissances as (
    select
        etape, code_apres, min(date_effet) as date_effet, min(code_mouvement) as code_mouvement, min(code_avant) as code_avant
    from {{ ref('int_evenements') }}
    group by all
),

-- Who succeeds a code in an event: the first by rang_successeur, and all of them as a pattern, to find the earliest that an atom
-- already bore. (A window over the recursion would say it too, but not every engine takes one there.)
successions as (
    select
        etape,
        code_avant,
        min(case when rang_successeur = 1 then code_apres end) as premier,
        '/(' || {{ liste_de_textes('code_apres', '|', 'code_apres') }} || ')/' as motif,
        cast(count(*) as integer) as n_successeurs
    from {{ ref('int_evenements') }}
    group by etape, code_avant
),

arrivees as (
    select code_apres as code_commune, etape from {{ ref('int_evenements') }}
    union
    select atome as code_commune, etape from origines
),

suivantes as (
    select arrivees.code_commune, arrivees.etape, min(successions.etape) as etape_suivante
    from arrivees
    inner join successions on arrivees.code_commune = successions.code_avant and arrivees.etape < successions.etape
    group by all
),

filiation as (
    select
        atome, 0 as rang, etape, cast(null as string) as code_avant, atome as code_commune, 1 as n_successeurs, '/' as anciens_codes
    from origines

    union all

    select
        filiation.atome,
        filiation.rang + 1 as rang,
        successions.etape,
        successions.code_avant,
        coalesce(nullif(regexp_extract(filiation.anciens_codes, successions.motif, 1), ''), successions.premier) as code_commune,
        successions.n_successeurs,
        filiation.anciens_codes || filiation.code_commune || '/' as anciens_codes
    from filiation
    inner join suivantes
        on filiation.code_commune = suivantes.code_commune and filiation.etape = suivantes.etape
    inner join successions
        on filiation.code_commune = successions.code_avant and suivantes.etape_suivante = successions.etape
)

select
    filiation.atome,
    filiation.rang,
    filiation.etape,
    coalesce(evenements.date_effet, naissances.date_effet) as date_effet,
    coalesce(evenements.code_mouvement, naissances.code_mouvement) as code_mouvement,
    coalesce(filiation.code_avant, naissances.code_avant) as code_avant,
    filiation.code_commune,
    filiation.n_successeurs,
    filiation.anciens_codes
from filiation
left join {{ ref('int_evenements') }} as evenements
    on
        filiation.etape = evenements.etape and filiation.code_avant = evenements.code_avant
        and filiation.code_commune = evenements.code_apres
left join naissances
    on filiation.rang = 0 and filiation.etape = naissances.etape and filiation.atome = naissances.code_apres
