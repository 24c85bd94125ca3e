-- Net removals of the sector of land use that Member States aim at in 2030 (kt CO2e a year, negative = removal), beside the record that the same
-- annex starts from, of the same perimeter.
select
    iso3,
    pays,
    2030 as annee,
    absorptions_nettes_2030_kt_co2e as objectif_kt_co2e,
    moyenne_2016_2018_kt_co2e as reference_kt_co2e,
    '2016-2018' as periode_de_reference
from {{ ref('objectifs_ue') }}
