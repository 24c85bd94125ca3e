-- Emission factors of Base Carbone (kg CO2e by the unit named), elements and the parts (`poste`) that each is the sum of.
select
    id as identifiant,
    type_ligne = 'Poste' as est_poste,
    nom,
    nullif(attribut, '') as attribut,
    unite,
    nullif(type_poste, '') as type_poste,
    nullif(nom_poste, '') as nom_poste,
    cast(nullif(replace(valeur, ',', '.'), '') as double) as valeur,
    cast(nullif(replace(incertitude_pct, ',', '.'), '') as double) as incertitude_pct,
    version
from {{ source('raw', 'ademe_base_carbone') }}
