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

arrivees as (
    select code_apres as code_commune, etape from {{ ref('int_evenements') }}
    union
    select atome as code_commune, etape from origines
),

suivantes as (
    select arrivees.code_commune, arrivees.etape, min(evenements.etape) as etape_suivante
    from arrivees
    inner join {{ ref('int_evenements') }} as evenements
        on arrivees.code_commune = evenements.code_avant and arrivees.etape < evenements.etape
    group by all
),

filiation as (
    select
        origines.atome,
        0 as rang,
        origines.etape,
        naissances.date_effet,
        naissances.code_mouvement,
        naissances.code_avant,
        origines.atome as code_commune,
        1 as n_successeurs,
        '/' as anciens_codes
    from origines
    left join naissances
        on origines.etape = naissances.etape and origines.atome = naissances.code_apres

    union all

    select
        filiation.atome,
        filiation.rang + 1 as rang,
        evenements.etape,
        evenements.date_effet,
        evenements.code_mouvement,
        evenements.code_avant,
        evenements.code_apres as code_commune,
        cast(evenements.n_successeurs as integer) as n_successeurs,
        filiation.anciens_codes || filiation.code_commune || '/' as anciens_codes
    from filiation
    inner join suivantes
        on filiation.code_commune = suivantes.code_commune and filiation.etape = suivantes.etape
    inner join {{ ref('int_evenements') }} as evenements
        on filiation.code_commune = evenements.code_avant and suivantes.etape_suivante = evenements.etape
    qualify row_number() over (
        partition by filiation.atome
        order by
            nullif(strpos(filiation.anciens_codes, '/' || evenements.code_apres || '/'), 0) nulls last,
            evenements.rang_successeur
    ) = 1
)

select * from filiation
