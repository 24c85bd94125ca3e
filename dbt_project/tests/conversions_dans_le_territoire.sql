-- What a territory converts over the period of the release (a year's area times its years) is no more than its land.
select flux.maille, flux.code_territoire, sum(flux.surface_ha) * any_value(execution.annees_aldo) as converti_ha, territoires.surface_ha
from {{ ref('flux_carbone') }} as flux
inner join {{ ref('territoires') }} as territoires
    on flux.maille = territoires.maille and flux.code_territoire = territoires.code_territoire
cross join {{ ref('stg_execution') }} as execution
where flux.nature = 'changement_usage_sol'
group by flux.maille, flux.code_territoire, territoires.surface_ha
having sum(flux.surface_ha) * any_value(execution.annees_aldo) > territoires.surface_ha
