-- EPCI of each commune of the target COG; null for the islands without one, however the producer writes it.
select
    codgeo as code_commune,
    case when epci in ('', 'ZZZZZZZZZ') then null else epci end as siren_epci
from {{ source('raw', 'epci_composition') }}
