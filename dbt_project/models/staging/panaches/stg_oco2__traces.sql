-- What the satellite could see over France, one row a bin of 2 km of its track: soundings, and the amplitude that would have been a candidate.
select
    id_sondage,
    orbite,
    latitude,
    longitude,
    n_sondages,
    limite_ppm_km
from {{ source('raw', 'oco2_traces') }}
