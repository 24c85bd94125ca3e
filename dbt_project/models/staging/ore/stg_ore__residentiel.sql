-- Electricity and gas delivered to dwellings, by departement and year (MWh; gas in higher heating value): the sum of the operators.
-- What no sector has is not residential. A departement without a line has no network (gas) or no figure (electricity overseas).
select
    code_departement,
    cast(annee as integer) as annee,
    case filiere when 'Gaz' then 'gaz' else 'electricite' end as energie,
    sum(cast(nullif(consor, '') as double)) as residentiel_mwh
from {{ source('raw', 'ore_consommations') }}
group by all
