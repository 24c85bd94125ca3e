{{ config(materialized='view') }}
-- Land that communes of the target COG consumed (m2), by year and destination; a piece that is not known makes a sum null. Zeros are left out.
select
    passage.code_cible as code_commune,
    consommation.annee,
    consommation.destination,
    {{ somme_complete(terme_exact('passage.poids_surface * consommation.surface_m2')) }} as surface_m2
from {{ ref('stg_cerema__consommation') }} as consommation
cross join {{ ref('stg_execution') }} as execution
inner join {{ ref('int_passage_execution') }} as passage
    on
        consommation.code_commune = passage.code_source and consommation.millesime = passage.millesime_source
        and passage.millesime_cible = cast(execution.cog as string)
group by passage.code_cible, consommation.annee, consommation.destination
