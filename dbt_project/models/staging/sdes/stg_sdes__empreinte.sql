-- Carbon footprint of France by product of final demand (kt CO2e a year), each edition beside the others: they are no series.
select
    cast(annee as integer) as annee,
    replace(edition, 'edition', 'édition') as edition,
    replace(code_cpa, 'CPA_', '') as code_cpa,
    libelle,
    cast(emissions_kt_co2e as decimal(18, 6)) as emissions_kt_co2e
from {{ source('raw', 'sdes_empreinte') }}
