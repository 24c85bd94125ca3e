-- What the satellite could see over France, one row a bin of 2 km of its track: soundings, and the amplitude that would have been a candidate.
select * from {{ source('raw', 'oco2_traces') }}
