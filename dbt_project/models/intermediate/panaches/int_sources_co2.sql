-- Sources that are counted, one row each: one inventory owns an area, so a source near one of a surer inventory is left aside.
with doubles as (
    select declarees.id_source
    from {{ ref('int_sources_declarees') }} as declarees
    {{ joint_proches('declarees', ref('int_sources_declarees'), 'rayon_inventaire', 10) }}
    where autre.rang_inventaire < declarees.rang_inventaire
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
