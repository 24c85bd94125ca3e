-- Plumes, one row each: peaks of one orbit that follow each other closely, under the peak that stands out most. Our own, and those of
-- the peaks that the reference project published (`jeu`), which are never published as ours.
with pics as (
    select 'maison' as jeu, id_sondage, orbite, latitude, longitude, vent_est_m_s, vent_nord_m_s, rapport_signal_bruit as relief
    from {{ ref('stg_oco2__pics') }}
    where niveau is not null
    union all
    select 'reference' as jeu, id_sondage, orbite, latitude, longitude, vent_est_m_s, vent_nord_m_s, rehaussement_ppm as relief
    from {{ ref('stg_pics_reference') }}
),

precedents as (
    select
        pics.*,
        lag(pics.latitude) over (partition by pics.jeu, pics.orbite order by pics.id_sondage) as latitude_avant,
        lag(pics.longitude) over (partition by pics.jeu, pics.orbite order by pics.id_sondage) as longitude_avant
    from pics
),

{% set ecart_km = distance_km('precedents.latitude_avant', 'precedents.longitude_avant', 'precedents.latitude', 'precedents.longitude') %}
numeros as (
    select
        precedents.*,
        sum(case when {{ ecart_km }} <= {{ parametre_panaches('ecart_panache') }} then 0 else 1 end) over (
            partition by precedents.jeu, precedents.orbite order by precedents.id_sondage
        ) as numero
    from precedents
),

rangs as (
    select
        numeros.*,
        count(*) over (partition by numeros.jeu, numeros.orbite, numeros.numero) as n_pics,
        row_number() over (
            partition by numeros.jeu, numeros.orbite, numeros.numero order by numeros.relief desc, numeros.id_sondage asc
        ) as rang
    from numeros
)

select
    jeu,
    id_sondage,
    orbite,
    latitude,
    longitude,
    vent_est_m_s,
    vent_nord_m_s,
    cast(n_pics as integer) as n_pics,
    cast(left(cast(id_sondage as string), 4) as integer) as annee
from rangs
where rang = 1
