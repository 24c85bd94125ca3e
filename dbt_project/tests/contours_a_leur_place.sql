-- Each polygon lies where its commune may lie: near its departement, as large as the producer says of that very commune, and where the
-- other vintage has it when nothing happened to it. A polygon drawn elsewhere, or two exchanged, change no total of the edition.
with inchangees as (
    {{ communes_inchangees('select distinct cast(millesime as string) as millesime from ' ~ ref('stg_ign__surfaces')) }}
),

voisines as (
    select
        apres.millesime,
        apres.code_commune,
        avant.millesime as autre_millesime,
        sqrt(pow(apres.centre_x_m - avant.centre_x_m, 2) + pow(apres.centre_y_m - avant.centre_y_m, 2)) as deplacement_m,
        sqrt(10000 * apres.surface_ha) as cote_m,
        abs(apres.surface_ha - avant.surface_ha) as ecart_ha,
        avant.surface_ha
    {{ avant_et_apres('stg_ign__surfaces', 'millesime') }}
)

select
    'contours_communes' as fichier, millesime, code_commune,
    ' à ' || round(distance_departement_km) || ' km de la commune la plus proche de son département' as motif
from {{ ref('stg_ign__surfaces') }}
where
    distance_departement_km > case
        when code_commune like '973%' then {{ borne('distance_departement_guyane_km') }} else {{ borne('distance_departement_km') }}
    end
union all
select
    'contours_communes' as fichier, millesime, code_commune,
    'la surface publiée, ' || surface_publiee_ha || ' ha, n''est pas celle du contour, ' || surface_calculee_ha || ' ha' as motif
from {{ ref('stg_ign__surfaces') }}
where abs(surface_publiee_ha - surface_calculee_ha) > {{ borne('ecart_surface_part') }} * surface_publiee_ha + {{ borne('ecart_surface_ha') }}
union all
select
    'contours_communes' as fichier, millesime, code_commune,
    'commune inchangée, et son centre est à ' || round(deplacement_m) || ' m de celui de ' || autre_millesime as motif
from voisines
where deplacement_m > {{ borne('deplacement_centre_part') }} * cote_m + {{ borne('deplacement_centre_m') }}
union all
select
    'contours_communes' as fichier, millesime, code_commune,
    'commune inchangée, et sa surface diffère de ' || round(ecart_ha) || ' ha de celle de ' || autre_millesime as motif
from voisines
where ecart_ha > {{ borne('ecart_surface_part') }} * surface_ha + {{ borne('ecart_surface_ha') }}
