-- The atoms of each commune, in each yearly COG and in ALDO's own list (millesime 'aldo'). Before it was born, an atom
-- was part of the commune that it came from. ALDO's row is the commune of 2018, or
-- of 2019 where ALDO has already merged it; the parts that corrections_aldo tells apart stand under their own codes.
with etapes as (
    select
        atome,
        code_commune,
        date_effet as debut,
        lead(date_effet) over (partition by atome order by rang) as fin
    from {{ ref('int_filiation') }}
),

millesimes (millesime, jour) as (
    values
    {% for millesime in millesimes() -%}
    ('{{ millesime }}', date '{{ millesime }}-01-01'){% if not loop.last %},{% endif %}
    {% endfor %}
),

vivantes as (
    select millesimes.millesime, millesimes.jour, etapes.atome, etapes.code_commune
    from etapes
    inner join millesimes
        on
            (etapes.debut is null or etapes.debut <= millesimes.jour)
            and (etapes.fin is null or etapes.fin > millesimes.jour)
),

naissances as (
    select
        enfants.atome,
        enfants.date_effet,
        substr(min(cast(parents.atome <> enfants.code_avant as integer) || parents.atome), 2) as atome_parent
    from {{ ref('int_filiation') }} as enfants
    inner join etapes as parents on enfants.code_avant = parents.code_commune and enfants.date_effet = parents.fin
    where enfants.rang = 0
    group by enfants.atome, enfants.date_effet
),

annuelles as (
    select millesime, atome, code_commune from vivantes
    union all
    select parents.millesime, naissances.atome, parents.code_commune
    from vivantes as parents
    inner join naissances on parents.atome = naissances.atome_parent and parents.jour < naissances.date_effet
),

liste_aldo as (
    select coalesce(corrections.code_commune, aldo.code_commune_aldo) as code_commune
    from {{ ref('stg_aldo__flux_total') }} as aldo
    left join {{ ref('corrections_aldo') }} as corrections
        on aldo.code_commune_aldo = corrections.code_commune_aldo
)

select millesime, atome, code_commune from annuelles
union all
select 'aldo' as millesime, avant.atome, liste_aldo.code_commune
from annuelles as avant
inner join liste_aldo on avant.code_commune = liste_aldo.code_commune
where avant.millesime = '2018'
union all
select 'aldo' as millesime, apres.atome, liste_aldo.code_commune
from annuelles as avant
inner join annuelles as apres on avant.atome = apres.atome
inner join liste_aldo on apres.code_commune = liste_aldo.code_commune
where
    avant.millesime = '2018' and apres.millesime = '2019'
    and avant.code_commune not in (select deja.code_commune from liste_aldo as deja)
