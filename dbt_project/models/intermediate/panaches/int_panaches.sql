-- Plumes, one row each: peaks of one orbit that follow each other closely, under the peak that stands out most. Our own, and those of
-- the peaks that the reference project published (`jeu`), which are never published as ours.
with pics as (
    select 'maison' as jeu, id_sondage, orbite, latitude, longitude, vent_est_m_s, vent_nord_m_s, rapport_signal_bruit as relief
    from {{ ref('stg_oco2__pics') }}
    where niveau is not null
    union all
    select 'reference', id_sondage, orbite, latitude, longitude, vent_est_m_s, vent_nord_m_s, rehaussement_ppm
    from {{ ref('stg_pics_reference') }}
),

precedents as (
    select
        pics.*,
        lag(latitude) over (partition by jeu, orbite order by id_sondage) as latitude_avant,
        lag(longitude) over (partition by jeu, orbite order by id_sondage) as longitude_avant
    from pics
),

ouvertures as (
    select
        precedents.*,
        case
            when latitude_avant is null then 1
            when {{ distance_km('latitude_avant', 'longitude_avant', 'latitude', 'longitude') }} > {{ parametre_panaches('ecart_panache') }} then 1
            else 0
        end as ouvre
    from precedents
),

numeros as (
    select ouvertures.*, sum(ouvre) over (partition by jeu, orbite order by id_sondage) as numero
    from ouvertures
),

rangs as (
    select
        numeros.*,
        count(*) over (partition by jeu, orbite, numero) as n_pics,
        row_number() over (partition by jeu, orbite, numero order by relief desc, id_sondage asc) as rang
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
