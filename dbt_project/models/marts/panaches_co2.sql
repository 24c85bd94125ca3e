-- CO2 plumes that OCO-2 saw, one row each: an instant, never a year; a point, never a territory's total.
with europe as (
    select sud, nord, ouest, est
    from {{ ref('panaches_zones') }}
    where zone = 'europe'
)

select
    {{ colonnes_communes_aux_marts('territoires') }},
    'P' || cast(pics.id_sondage as string) as id_panache,
    {{ mois_du_sondage('pics.id_sondage') }} as mois,
    {{ instant_du_sondage('pics.id_sondage') }} as date_heure_utc,
    pics.orbite,
    round(pics.latitude, 2) as latitude_deg,
    round(pics.longitude, 2) as longitude_deg,
    pics.satellite,
    pics.version_lite,
    case when cellules.siren_epci is not null then 'france' when europe.sud is not null then 'europe' else 'monde' end as zone, -- noqa: RF04
    case when cellules.siren_epci is null then villes.ville end as ville_proche,
    case when cellules.siren_epci is null then villes.distance_km end as distance_ville_km,
    pics.niveau,
    panaches.n_pics,
    pics.rehaussement_ppm,
    pics.incertitude_rehaussement_ppm,
    pics.amplitude_ppm_km,
    pics.incertitude_amplitude_ppm_km,
    pics.largeur_km,
    pics.azimut_trace_deg,
    pics.fond_ppm,
    pics.pente_ppm_par_km,
    pics.centre_km,
    pics.rapport_signal_bruit,
    pics.z_detection,
    pics.r2_partiel,
    pics.r_reference,
    pics.facteur_echelle,
    pics.n_sondages,
    pics.demi_fenetre_km,
    pics.amplitude_ppm_km < 3 * pics.incertitude_amplitude_ppm_km as proche_limite,
    pics.densite_lineique_kg_m,
    pics.densite_lineique_kg_m * pics.incertitude_amplitude_ppm_km / pics.amplitude_ppm_km as incertitude_densite_lineique_kg_m,
    pics.vent_est_m_s,
    pics.vent_nord_m_s,
    pics.vent_normal_m_s,
    case pics.vent_origine
        when 'lite' then 'vent à 10 m du fichier Lite (GEOS FP-IT), moyenne sur le panache'
        when 'era5' then 'ERA5 de 170 à 990 m, pondéré par le profil GNFR-A, moyenne sur le panache'
    end as vent_source,
    case pics.vent_origine when 'era5' then 1 else {{ parametre_panaches('facteur_vent_effectif') }} end as facteur_vent,
    pics.debit_tco2_h,
    pics.debit_min95_tco2_h,
    pics.debit_max95_tco2_h,
    100 * pics.part_ajustement as part_ajustement_pct,
    100 * pics.part_fond as part_fond_pct,
    100 * pics.part_vent as part_vent_pct,
    100 * pics.part_facteur as part_facteur_pct,
    pics.motif_sans_debit,
    coalesce(sites.classe_attribution, 'indeterminee') as classe_attribution,
    coalesce(sites.taux_fausse_attribution, 1) as taux_fausse_attribution,
    licences.licence,
    execution.statut_donnees
from {{ ref('int_panaches') }} as panaches
inner join {{ ref('stg_oco2__pics') }} as pics on panaches.id_sondage = pics.id_sondage and pics.niveau is not null
cross join {{ ref('stg_execution') }} as execution
inner join {{ ref('panaches_licences') }} as licences on licences.origine = 'OCO-2'
left join {{ ref('int_meilleurs_sites') }} as sites on sites.jeu = 'maison' and pics.id_sondage = sites.id_sondage and sites.rang = 1
left join {{ ref('int_cellules') }} as cellules
    on {{ centiemes('pics.latitude') }} = cellules.latitude_centiemes and {{ centiemes('pics.longitude') }} = cellules.longitude_centiemes
left join {{ ref('int_territoires') }} as territoires on territoires.maille = 'epci' and cellules.siren_epci = territoires.code_territoire
left join {{ ref('int_villes_proches') }} as villes on pics.id_sondage = villes.id_sondage
left join europe
    on pics.latitude between europe.sud and europe.nord and pics.longitude between europe.ouest and europe.est
where panaches.jeu = 'maison'
