-- Peaks that the reference project published (Data For Good), one row a peak: for the calibration of the attribution, and a comparison.
select
    cast(sounding_id as ubigint) as id_sondage,
    cast(orbit as integer) as orbite,
    {{ nombre('latitude') }} as latitude,
    {{ nombre('longitude') }} as longitude,
    {{ nombre('windspeed_u') }} as vent_est_m_s,
    {{ nombre('windspeed_v') }} as vent_nord_m_s,
    {{ nombre('delta') }} as rehaussement_ppm
from {{ source('raw', 'pics_reference') }}
