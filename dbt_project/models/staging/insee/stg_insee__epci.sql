select
    cast(_edition as integer) as edition,
    epci as siren_epci,
    libepci as nom_epci,
    -- Insee writes ME for a metropole and MET69 (lately METRO) for Lyon; DGCL writes METRO.
    case when nature_epci in ('ME', 'MET69') then 'METRO' else nature_epci end as nature_epci
from {{ source('raw', 'epci_liste') }}
where epci <> 'ZZZZZZZZZ'
