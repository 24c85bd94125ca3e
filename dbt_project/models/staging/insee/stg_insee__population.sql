-- Municipal population by commune and edition; arrondissements of Paris, Lyon and Marseille are folded into their commune,
-- which has no population as long as one of them has none. Gate 1 has seen that the text is digits alone.
select
    cast(_edition as integer) as edition,
    {{ commune_de_plein_exercice('com') }} as code_commune,
    {{ somme_complete("cast(nullif(pmun, '') as bigint)") }} as population,
    max(nullif(annee, '')) as annee_population
from {{ source('raw', 'insee_population') }}
group by all
