-- CO2 plumes that OCO-2 saw, one row each: an instant, never a year; a point, never a territory's total.
with panaches as (
    select pics.*, panaches.n_pics
    from {{ ref('int_panaches') }} as panaches
    inner join {{ ref('stg_oco2__pics') }} as pics on panaches.id_sondage = pics.id_sondage
    where panaches.jeu = 'maison' and pics.niveau is not null
),

europe as (
    select * from {{ ref('panaches_zones') }} where zone = 'europe'
)

select
    {{ colonnes_communes_aux_marts('territoires') }},
    'P' || cast(panaches.id_sondage as string) as id_panache,
    {{ mois_du_sondage('panaches.id_sondage') }} as mois,
    {{ instant_du_sondage('panaches.id_sondage') }} as date_heure_utc,
    panaches.orbite,
    round(panaches.latitude, 2) as latitude_deg,
    round(panaches.longitude, 2) as longitude_deg,
    panaches.satellite,
    panaches.version_lite,
    case when cellules.siren_epci is not null then 'france' when europe.zone is not null then 'europe' else 'monde' end as zone,
    panaches.niveau,
    panaches.n_pics,
    panaches.rehaussement_ppm,
    panaches.incertitude_rehaussement_ppm,
    panaches.amplitude_ppm_km,
    panaches.incertitude_amplitude_ppm_km,
    panaches.largeur_km,
    panaches.azimut_trace_deg,
    panaches.fond_ppm,
    panaches.pente_ppm_km,
    panaches.centre_km,
    panaches.rapport_signal_bruit,
    panaches.z_detection,
    panaches.r2_partiel,
    panaches.r_reference,
    panaches.facteur_echelle,
    panaches.n_sondages,
    panaches.demi_fenetre_km,
    panaches.amplitude_ppm_km < 3 * panaches.incertitude_amplitude_ppm_km as proche_limite,
    panaches.densite_lineique_kg_m,
    panaches.densite_lineique_kg_m * panaches.incertitude_amplitude_ppm_km / panaches.amplitude_ppm_km as incertitude_densite_lineique_kg_m,
    panaches.vent_est_m_s,
    panaches.vent_nord_m_s,
    panaches.vent_normal_m_s,
    case when panaches.vent_est_m_s is not null then 'vent à 10 m du fichier Lite (GEOS FP-IT), moyenne sur le panache' end as vent_source,
    {{ parametre_panaches('facteur_vent_effectif') }} as facteur_vent,
    panaches.debit_tco2_h,
    panaches.debit_min95_tco2_h,
    panaches.debit_max95_tco2_h,
    100 * panaches.part_ajustement as part_ajustement_pct,
    100 * panaches.part_fond as part_fond_pct,
    100 * panaches.part_vent as part_vent_pct,
    100 * panaches.part_facteur as part_facteur_pct,
    panaches.motif_sans_debit,
    coalesce(sites.classe_attribution, 'indeterminee') as classe_attribution,
    coalesce(sites.taux_fausse_attribution, 1) as taux_fausse_attribution,
    licences.licence,
    execution.statut_donnees
from panaches
cross join {{ ref('stg_execution') }} as execution
inner join {{ ref('panaches_licences') }} as licences on licences.origine = 'OCO-2'
left join {{ ref('int_meilleurs_sites') }} as sites on sites.jeu = 'maison' and panaches.id_sondage = sites.id_sondage and sites.rang = 1
left join {{ ref('int_cellules') }} as cellules
    on {{ centiemes('panaches.latitude') }} = cellules.latitude_centiemes and {{ centiemes('panaches.longitude') }} = cellules.longitude_centiemes
left join {{ ref('int_territoires') }} as territoires on territoires.maille = 'epci' and cellules.siren_epci = territoires.code_territoire
left join europe
    on panaches.latitude between europe.sud and europe.nord and panaches.longitude between europe.ouest and europe.est
