-- Establishments of the IREP with CO2 to air, one row each: fossil tonnes (where none are declared, the total less biomass; the three
-- labels are never added), corrected by the seed, and a position: the declared one once its system is known, else that of the address.
{% set libelles = {
    'fossile': "Dioxyde de carbone (CO2) d''origine non biomasse",
    'biomasse': "Dioxyde de carbone (CO2) d''origine biomasse",
    'total': "Dioxyde de carbone (CO2) total (d''origine biomasse et non biomasse)"
} %}
with declarations as (
    select
        identifiant,
        max(nom_etablissement) as nom,
        max(libelle_ape) as activite,
        max(cast(annee_emission as integer)) as annee,
        {% for nom, libelle in libelles.items() -%}
        max({{ nombre('quantite') }} / 1000) filter (where polluant = '{{ libelle }}') as {{ nom }},
        {% endfor -%}
        max(try_cast(latitude as double)) as latitude,
        max(try_cast(longitude as double)) as longitude,
        max(try_cast(geocode_qualite as double)) as qualite
    from {{ source('raw', 'irep_emissions') }}
    where milieu = 'Air'
    group by identifiant
),

corrections as (
    select identifiant, valeur
    from {{ ref('panaches_corrections') }}
    where inventaire = 'irep' and champ = 'tonnes'
)

select
    declarations.identifiant,
    declarations.nom,
    declarations.activite,
    declarations.annee,
    case
        when corrections.identifiant is not null then try_cast(corrections.valeur as double)
        else coalesce(declarations.fossile, declarations.total - coalesce(declarations.biomasse, 0))
    end as tonnes,
    case when corrections.identifiant is null then declarations.total end as tonnes_avec_biomasse,
    coalesce(positions.latitude, declarations.latitude) as latitude,
    coalesce(positions.longitude, declarations.longitude) as longitude,
    case when positions.identifiant is not null then 1 when declarations.qualite is not null then 3 else 8 end as precision_km
from declarations
left join {{ source('lieux', 'irep_positions') }} as positions on declarations.identifiant = positions.identifiant
left join corrections on declarations.identifiant = corrections.identifiant
