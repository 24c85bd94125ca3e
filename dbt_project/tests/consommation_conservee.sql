-- Land that Cerema counts is neither lost nor counted twice: cells are numbers, destinations make the producer's sum, and each mesh holds every square metre
-- of the communes of the file (EPCI, with those of communes that have none).
{{ config(meta={'description': "Cerema's square metres are read, add up, and are all in each mesh."}) }}
with sommes as (
    select
        millesime, code_commune, annee,
        coalesce(sum(surface_m2) filter (where destination = 'ensemble'), 0) as ensemble,
        coalesce(sum(surface_m2) filter (where destination <> 'ensemble'), 0) as parties,
        count(*) - count(surface_m2) as n_inconnues
    from {{ ref('stg_cerema__consommation') }}
    group by millesime, code_commune, annee
),

sources as (
    select annee, sum(ensemble) as surface_m2
    from sommes
    group by annee
    having sum(n_inconnues) = 0
),

mailles as (
    select maille, annee, sum(surface_m2) as surface_m2
    from {{ ref('int_consommation_territoires') }}
    where destination = 'ensemble' and maille in ('epci', 'departement', 'region') and surface_m2 is not null
    group by maille, annee
    union all
    select 'epci' as maille, consommation.annee, sum(consommation.surface_m2) as surface_m2
    from {{ ref('int_consommation_communes') }} as consommation
    inner join {{ ref('int_communes') }} as communes on consommation.code_commune = communes.code_commune
    where communes.siren_epci is null and consommation.destination = 'ensemble'
    group by consommation.annee
)

select 'cellule illisible' as regle, {{ ligne(['code_commune', 'annee', 'destination']) }} as ligne, cellule as constat, 'm2, avec un point décimal' as attendu
from {{ ref('stg_cerema__consommation') }}
where cellule <> '' and coalesce(surface_m2 < 0 or not {{ est_ecrit_en_nombre('cellule') }}, true)
union all
select 'parties' as regle, {{ ligne(['code_commune', 'annee']) }} as ligne, cast(parties as string) as constat, cast(ensemble as string) as attendu
from sommes
where n_inconnues = 0 and abs(ensemble - parties) > 1
union all
select
    'conservation' as regle, {{ ligne(['mailles.maille', 'mailles.annee']) }} as ligne, cast(sum(mailles.surface_m2) as string) as constat,
    cast(max(sources.surface_m2) as string) as attendu
from mailles
inner join sources on mailles.annee = sources.annee
group by mailles.maille, mailles.annee
having abs(sum(mailles.surface_m2) - max(sources.surface_m2)) > 1
