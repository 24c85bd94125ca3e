-- Net removals of the sector of land use that Member States have recorded, mean of 2016 to 2018 (kt CO2e a year, negative = removal): the record
-- alone, which may be compared; what they aim at stands apart.
select iso3, pays, '2016-2018' as periode, moyenne_2016_2018_kt_co2e as flux_kt_co2e
from {{ ref('objectifs_ue') }}
