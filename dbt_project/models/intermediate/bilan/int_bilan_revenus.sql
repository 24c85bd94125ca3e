-- Filosofi on the communes of the target COG: households and persons of what merged add up, its standard of living is their mean
-- weighted by persons; what was split is shared by people. Communes whose every part is secret or absent have no row.
select
    passage.code_cible as code_commune,
    max(filosofi.annee) as annee,
    {{ somme_large('filosofi.menages * passage.poids_population') }} as menages,
    {{ somme_large('filosofi.personnes * passage.poids_population') }} as personnes,
    {{ somme_large('filosofi.niveau_de_vie * filosofi.personnes * passage.poids_population') }}
    / {{ somme_large('filosofi.personnes * passage.poids_population') }} as niveau_de_vie
from {{ ref('stg_insee__filosofi') }} as filosofi
inner join {{ ref('int_passage_execution') }} as passage
    on filosofi.millesime = passage.millesime_source and filosofi.code_commune = passage.code_source
inner join {{ ref('stg_execution') }} as execution on passage.millesime_cible = cast(execution.cog as string)
where filosofi.niveau_de_vie is not null
group by passage.code_cible
