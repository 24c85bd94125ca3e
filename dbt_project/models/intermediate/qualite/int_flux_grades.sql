{{ config(materialized='view') }}
-- Each flux of each row of ALDO with its grade, the cause of it and its reference cell (t CO2e/yr): errors belong to the cell, which many
-- communes share. Growth is graded by the IGN's zone; a conversion by whether CORINE Land Cover could have seen it, both kinds of artificial
-- soil together: they share what they take, and what they give back is counted whole for each.
with conversions as (
    select
        conversions.*,
        {{ classe_clc('conversions.occupation_initiale') }} as depart,
        {{ classe_clc('conversions.occupation_finale') }} as arrivee
    from {{ ref('int_conversions') }} as conversions
),

prises as (
    select code_commune_aldo, depart, arrivee, occupation_initiale, sum(surface_ha) as surface_ha
    from conversions
    group by code_commune_aldo, depart, arrivee, occupation_initiale
),

changements as (
    select
        prises.code_commune_aldo, prises.depart, prises.arrivee,
        max(prises.surface_ha) * max(execution.annees_aldo) < {{ var('plus_petit_changement_clc_ha') }} as est_petit
    from prises
    cross join {{ ref('stg_execution') }} as execution
    group by prises.code_commune_aldo, prises.depart, prises.arrivee
)

select
    flux.code_commune_aldo, flux.cle, 'accroissement_biologique' as nature, forets.grade, forets.cause, forets.cellule,
    flux.flux_tco2e, forets.surface_ha as surface_foret_ha
from {{ ref('int_flux_communes') }} as flux
inner join {{ ref('int_references_forets') }} as forets on flux.code_commune_aldo = forets.code_commune_aldo and flux.cle = forets.cle
union all
select
    conversions.code_commune_aldo, conversions.cle, 'changement_usage_sol' as nature,
    case when changements.est_petit then 'petite_conversion' else 'sans_grade' end as grade,
    case when changements.est_petit then 'moins_que_le_seuil_clc' else 'conversion' end as cause,
    total.zpc || ':' || conversions.occupation_finale as cellule,
    conversions.flux_tco2e,
    null as surface_foret_ha
from conversions
inner join changements
    on
        conversions.code_commune_aldo = changements.code_commune_aldo and conversions.depart = changements.depart
        and conversions.arrivee = changements.arrivee
inner join {{ ref('stg_aldo__flux_total') }} as total on conversions.code_commune_aldo = total.code_commune_aldo
union all
select
    flux.code_commune_aldo, flux.cle, 'produits_bois' as nature, 'sans_grade' as grade, 'produits_bois' as cause, null as cellule,
    flux.flux_tco2e, null as surface_foret_ha
from {{ ref('int_flux_communes') }} as flux
where flux.cle in ({% for poste in produits_bois() %}'{{ poste.cle }}'{% if not loop.last %}, {% endif %}{% endfor %})
