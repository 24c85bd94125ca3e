-- Sites, one row a chain of sources: placed by their tonnes, called as the largest of them. A name loses its postal codes; one that is
-- that of a commune, or is missing, comes after its activity.
with sites as (
    select
        chaines.chaine,
        count(*) as n_sources,
        max_by(inventaire, tonnes) as inventaire,
        max_by(identifiant, tonnes) as identifiant,
        trim({{ tout_remplacer("max_by(nom, tonnes)", '[(]?[0-9]{5}[)]?', '') }}) as nom,
        max_by(activite, tonnes) as activite,
        {{ liste_de_textes('inventaire', ', ', 'inventaire', unique=true) }} as inventaires,
        max(case inventaire when 'EUTL' then 1 else 0 end) as a_co2e,
        max(case inventaire when 'EUTL' then 0 else 1 end) as a_co2,
        max_by(annee, tonnes) as annee,
        sum(tonnes) as tonnes,
        sum(latitude * tonnes) / sum(tonnes) as latitude,
        sum(longitude * tonnes) / sum(tonnes) as longitude,
        max_by(precision_km, tonnes) as precision_km
    from {{ ref('int_sources_co2') }} as sources
    inner join {{ ref('int_chaines') }} as chaines on sources.source = chaines.source
    group by chaines.chaine
),

communes as (
    select distinct {{ sans_accents('lower(nom_commune)') }} as nom from {{ ref('stg_insee__communes') }}
)

select
    sites.*,
    'S-' || case sites.inventaire
        when 'CoCO2' then sites.identifiant
        when 'EUTL' then 'EUTL-' || lpad(sites.identifiant, 6, '0')
        else sites.inventaire || '-' || sites.identifiant
    end as id_site,
    case when communes.nom is null then sites.nom else sites.activite || ' : ' || sites.nom end as nom_publie
from sites
left join communes on {{ sans_accents('lower(sites.nom)') }} = communes.nom
