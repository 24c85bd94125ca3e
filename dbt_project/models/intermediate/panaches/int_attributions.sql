-- Plumes and the sites around them, one row a pair: distance, angle between the site and where the wind comes from, tonnes of the year of
-- the plume (of each source the nearest year it declares), score.
with annees as (
    select distinct annee from {{ ref('int_panaches') }}
),

declarations as (
    select 'EUTL ' || identifiant as id_source, annee, tonnes from {{ ref('stg_eutl') }}
    union all
    select id_source, annee, tonnes
    from {{ ref('int_sources_co2') }}
    where inventaire <> 'EUTL'
),

sources as (
    select
        chaines.chaine,
        annees.annee,
        min_by(declarations.tonnes, 100 * abs(declarations.annee - annees.annee) + (declarations.annee - annees.annee)) as tonnes
    from {{ ref('int_sources_co2') }} as sources
    inner join {{ ref('int_chaines') }} as chaines on sources.id_source = chaines.id_source
    inner join declarations on sources.id_source = declarations.id_source
    cross join annees
    group by chaines.chaine, sources.id_source, annees.annee
),

sites as (
    select chaine, annee, sum(tonnes) as tonnes
    from sources
    group by chaine, annee
),

paires as (
    select
        panaches.jeu,
        panaches.id_sondage,
        panaches.annee,
        autre.chaine,
        {{ distance_km('panaches.latitude', 'panaches.longitude', 'autre.latitude', 'autre.longitude') }} as distance_km,
        {{ azimut_deg('panaches.latitude', 'panaches.longitude', 'autre.latitude', 'autre.longitude') }}
        - {{ azimut_au_vent('panaches.vent_est_m_s', 'panaches.vent_nord_m_s') }} as ecart_signe_deg
    from {{ ref('int_panaches') }} as panaches
    {{ joint_proches('panaches', ref('int_sites_co2'), 'rayon_attribution', 1) }}
    where panaches.vent_est_m_s is not null and panaches.vent_nord_m_s is not null
)

select
    paires.jeu,
    paires.id_sondage,
    paires.chaine,
    paires.distance_km,
    paires.ecart_signe_deg,
    {{ ecart_deg('paires.ecart_signe_deg', '0') }} as ecart_angulaire_deg,
    sites.tonnes,
    {{ score_attribution('sites.tonnes', ecart_deg('paires.ecart_signe_deg', '0'), 'paires.distance_km') }} as score
from paires
inner join sites on paires.chaine = sites.chaine and paires.annee = sites.annee
