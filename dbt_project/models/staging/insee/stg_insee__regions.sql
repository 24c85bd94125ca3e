select reg as code_region, libelle as nom_region from {{ source('raw', 'insee_regions') }}
