-- Municipal population by commune and edition; arrondissements of Paris, Lyon and Marseille are folded into their commune.
select
    cast(_edition as integer) as edition,
    {{ commune_de_plein_exercice('com') }} as code_commune,
    sum(try_cast(nullif(pmun, '') as bigint)) as population
from {{ source('raw', 'insee_population') }}
group by all
