-- Sites, one row a chain of sources: placed by their tonnes, called as the largest of them. A name loses its postal codes; one that is
-- that of a commune, or is missing, comes after its activity.
with sites as (
    select
        chaines.chaine,
        count(*) as n_sources,
        max_by(sources.inventaire, sources.tonnes) as inventaire,
        max_by(sources.identifiant, sources.tonnes) as identifiant,
        trim({{ tout_remplacer("max_by(sources.nom, sources.tonnes)", '[(]?[0-9]{5}[)]?', '') }}) as nom,
        max_by(sources.activite, sources.tonnes) as activite,
        {{ liste_de_textes('sources.inventaire', ', ', 'sources.inventaire', unique=true) }} as inventaires,
        max(case sources.inventaire when 'EUTL' then 1 else 0 end) as a_co2e,
        max(case sources.inventaire when 'EUTL' then 0 else 1 end) as a_co2,
        max_by(sources.annee, sources.tonnes) as annee,
        sum(sources.tonnes) as tonnes,
        sum(sources.latitude * sources.tonnes) / sum(sources.tonnes) as latitude,
        sum(sources.longitude * sources.tonnes) / sum(sources.tonnes) as longitude,
        max_by(sources.precision_km, sources.tonnes) as precision_km
    from {{ ref('int_sources_co2') }} as sources
    inner join {{ ref('int_chaines') }} as chaines on sources.id_source = chaines.id_source
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
