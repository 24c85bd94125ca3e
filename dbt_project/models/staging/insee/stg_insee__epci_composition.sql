-- EPCI of each commune by year; null for the islands without one, however the producer writes it.
select
    cast(_edition as integer) as edition,
    codgeo as code_commune,
    case when epci in ('', 'ZZZZZZZZZ') then null else epci end as siren_epci
from {{ source('raw', 'epci_composition') }}
