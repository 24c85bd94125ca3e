-- French installations of the EU ETS, one row an installation and year with emissions: t CO2e, and the centroid of the postal code.
with installations as (
    select
        seqe_id,
        max(nom) as nom,
        max(famille) as activite,
        max({{ nombre('latitude_code_postal') }}) as latitude,
        max({{ nombre('longitude_code_postal') }}) as longitude
    from {{ source('raw', 'eutl_installations') }}
    group by seqe_id
)

select
    emissions.seqe_id as identifiant,
    installations.nom,
    installations.activite,
    cast(emissions.year as integer) as annee,
    {{ nombre('emissions') }} as tonnes,
    installations.latitude,
    installations.longitude
from {{ source('raw', 'eutl_emissions') }} as emissions
inner join installations on emissions.seqe_id = installations.seqe_id
where {{ nombre('emissions') }} > 0
