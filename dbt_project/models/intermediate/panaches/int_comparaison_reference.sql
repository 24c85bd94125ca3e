-- Plumes that the reference project published, one row each, and what our detection makes of the same place on the same orbit.
with mois_lus as (
    select distinct {{ mois_du_sondage('id_sondage') }} as mois from {{ ref('stg_oco2__pics') }}
    union
    select distinct {{ mois_du_sondage('id_sondage') }} as mois from {{ ref('stg_oco2__traces') }}
),

publies as (
    select
        id_sondage,
        annee,
        orbite,
        latitude,
        longitude,
        n_pics,
        {{ mois_du_sondage('id_sondage') }} as mois
    from {{ ref('int_panaches') }}
    where jeu = 'reference'
),

{% set ecart_km = distance_km('publies.latitude', 'publies.longitude', 'pics.latitude', 'pics.longitude') %}
candidats as (
    select
        publies.id_sondage,
        pics.niveau,
        pics.motif_rejet
    from publies
    inner join {{ ref('stg_oco2__pics') }} as pics on publies.orbite = pics.orbite
    where {{ ecart_km }} <= {{ parametre_panaches('ecart_panache') }}
    qualify row_number() over (partition by publies.id_sondage order by pics.niveau is null, pics.z_detection desc) = 1
)

select
    publies.id_sondage,
    publies.annee,
    publies.latitude as latitude_deg,
    publies.longitude as longitude_deg,
    publies.n_pics,
    case
        when candidats.niveau is not null then candidats.niveau
        when candidats.motif_rejet is not null then 'refuse'
        when mois_lus.mois is not null then 'sans_candidat'
        else 'mois_non_lu'
    end as constat,
    case when candidats.niveau is null then candidats.motif_rejet end as motif_rejet
from publies
left join candidats on publies.id_sondage = candidats.id_sondage
left join mois_lus on publies.mois = mois_lus.mois
