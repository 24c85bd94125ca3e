-- Postal codes of each living commune, one after the other; delegated and associated communes share codes with living ones, and have none.
select
    code as code_commune,
    codespostaux as codes_postaux
from {{ source('raw', 'codes_postaux') }}
where type = 'commune-actuelle' and codespostaux <> ''
