-- Land that Cerema counts is neither lost nor counted twice: cells are numbers, destinations make the producer's sum, projection keeps every square
-- metre of the file, and each territory that has figures holds those of its communes.
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

-- What each mesh should hold: the communes of its territories that have figures, as projected.
attendues as (
    {% for maille, code in niveaux() if maille != 'france' -%}
    select '{{ maille }}' as maille, {{ code }} as code_territoire, consommation.annee, sum(consommation.surface_m2) as surface_m2
    from {{ ref('int_consommation_communes') }} as consommation
    inner join {{ ref('int_communes') }} as communes on consommation.code_commune = communes.code_commune
    where consommation.destination = 'ensemble'
    group by communes.siren_epci, communes.code_departement, communes.code_region, consommation.annee
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

sommees as (
    select maille, code_territoire, annee, sum(surface_m2) as surface_m2
    from attendues
    group by maille, code_territoire, annee
),

passees as (
    select annee, sum(surface_m2) as surface_m2
    from {{ ref('int_consommation_communes') }}
    where destination = 'ensemble'
    group by annee
)

select 'cellule illisible' as regle, {{ ligne(['code_commune', 'annee', 'destination']) }} as ligne, cellule as constat, 'm2, avec un point décimal' as attendu, 'cerema_consommation' as fichier
from {{ ref('stg_cerema__consommation') }}
where cellule <> '' and coalesce(surface_m2 < 0 or not {{ est_ecrit_en_nombre('cellule') }}, true)
union all
select 'parties' as regle, {{ ligne(['code_commune', 'annee']) }} as ligne, cast(parties as string) as constat, cast(ensemble as string) as attendu,
    'cerema_consommation' as fichier
from sommes
where n_inconnues = 0 and abs(ensemble - parties) > 1
union all
select
    'conservation' as regle, {{ ligne(['territoires.maille', 'territoires.code_territoire', 'territoires.annee']) }} as ligne,
    cast(territoires.surface_m2 as string) as constat, cast(sommees.surface_m2 as string) as attendu,
    'cerema_consommation' as fichier
from {{ ref('int_consommation_territoires') }} as territoires
left join sommees
    on
        territoires.maille = sommees.maille and territoires.code_territoire = sommees.code_territoire
        and territoires.annee = sommees.annee
where
    territoires.destination = 'ensemble' and territoires.maille in ('epci', 'departement', 'region')
    and abs(territoires.surface_m2 - coalesce(sommees.surface_m2, 0)) > 0.001
union all
select
    'conservation' as regle, cast(passees.annee as string) as ligne, cast(passees.surface_m2 as string) as constat,
    cast(sum(sommes.ensemble) as string) as attendu, 'cerema_consommation' as fichier
from passees
inner join sommes on passees.annee = sommes.annee
group by passees.annee, passees.surface_m2
having abs(passees.surface_m2 - sum(sommes.ensemble)) > 1
