select dep as code_departement, libelle as nom_departement from {{ source('raw', 'insee_departements') }}
