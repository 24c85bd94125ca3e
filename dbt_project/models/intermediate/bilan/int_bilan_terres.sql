-- What the conversions of land of a territory emit (t CO2e a year): the positive parts of ALDO's fluxes, outside every total.
select
    territoires.maille,
    territoires.code_territoire,
    case when count(flux.maille) = 0 then 0 else cast(sum(flux.emission_tco2e) as double) end as emissions_tco2e
from {{ ref('int_territoires') }} as territoires
left join {{ ref('int_flux_territoires') }} as flux
    on
        territoires.maille = flux.maille and territoires.code_territoire = flux.code_territoire
        and flux.nature = 'changement_usage_sol'
where territoires.n_communes_couvertes > 0
group by territoires.maille, territoires.code_territoire
