-- Every source of the inventories with its position: EUTL at the establishment of the IREP that declares the same tonnes nearby, else at
-- its postal code; `tonnes` of the year of reference, else of the nearest one.
with eutl as (
    select
        identifiant,
        max(nom) as nom,
        max(activite) as activite,
        max(latitude) as latitude,
        max(longitude) as longitude,
        min_by(annee, abs(annee - {{ parametre_panaches('annee_declaree') }})) as annee,
        min_by(tonnes, abs(annee - {{ parametre_panaches('annee_declaree') }})) as tonnes
    from {{ ref('stg_eutl') }}
    group by identifiant
),

memes as (
    select
        eutl.identifiant,
        autre.latitude,
        autre.longitude,
        autre.precision_km,
        row_number() over (
            partition by eutl.identifiant
            order by autre.precision_km asc, abs(autre.tonnes / eutl.tonnes - 1) asc, autre.identifiant asc
        ) as rang
    from eutl
    {{ joint_proches('eutl', ref('stg_irep'), 'rayon_appariement', 2) }}
    where
        autre.annee = eutl.annee
        and least(abs(autre.tonnes / eutl.tonnes - 1), abs(autre.tonnes_avec_biomasse / eutl.tonnes - 1))
        <= {{ parametre_panaches('tolerance_tonnes') }}
),

positions as (
    select
        identifiant,
        max(cast(valeur as double)) filter (where champ = 'latitude') as latitude,
        max(cast(valeur as double)) filter (where champ = 'longitude') as longitude
    from {{ ref('panaches_corrections') }}
    where inventaire = 'eutl' and champ in ('latitude', 'longitude')
    group by identifiant
)

select
    'EUTL' as inventaire,
    'EUTL ' || eutl.identifiant as id_source,
    1 as rang_inventaire,
    eutl.identifiant,
    eutl.nom,
    eutl.activite,
    eutl.annee,
    eutl.tonnes,
    coalesce(positions.latitude, memes.latitude, eutl.latitude) as latitude,
    coalesce(positions.longitude, memes.longitude, eutl.longitude) as longitude,
    case when positions.identifiant is not null then 3 else coalesce(memes.precision_km, 8) end as precision_km
from eutl
left join memes on eutl.identifiant = memes.identifiant and memes.rang = 1
left join positions on eutl.identifiant = positions.identifiant
union all
select
    'IREP' as inventaire,
    'IREP ' || identifiant as id_source,
    2 as rang_inventaire,
    identifiant,
    nom,
    activite,
    annee,
    tonnes,
    latitude,
    longitude,
    precision_km
from {{ ref('stg_irep') }}
where tonnes > 0
union all
select
    'CoCO2' as inventaire,
    'CoCO2 ' || identifiant as id_source,
    3 as rang_inventaire,
    identifiant,
    activite as nom,
    activite,
    2018 as annee,
    tonnes,
    latitude,
    longitude,
    1 as precision_km
from {{ ref('stg_coco2') }}
