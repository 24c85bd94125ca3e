-- Sources that are counted, one row each: one inventory owns an area, so a source near a counted one of a surer inventory is left aside.
with voisines as (
    select
        declarees.id_source,
        autre.id_source as plus_sure,
        autre.rang_inventaire as rang_plus_sure
    from {{ ref('int_sources_declarees') }} as declarees
    {{ joint_proches('declarees', ref('int_sources_declarees'), 'rayon_inventaire', 10) }}
    where autre.rang_inventaire < declarees.rang_inventaire
),

-- Of three inventories, only the second can be left aside and stand near the third.
laissees as (
    select id_source
    from voisines
    where rang_plus_sure = 1
),

doubles as (
    select id_source
    from voisines
    where plus_sure not in (select laissees.id_source from laissees)
)

select
    inventaire,
    id_source,
    rang_inventaire,
    identifiant,
    nom,
    activite,
    annee,
    tonnes,
    latitude,
    longitude,
    precision_km
from {{ ref('int_sources_declarees') }}
where id_source not in (select doubles.id_source from doubles)
