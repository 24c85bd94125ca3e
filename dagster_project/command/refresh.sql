-- name: counts
select maille, count(*), count(*) filter (where couverture_aldo <> 'absente')
from marts.territoires
group by all
order by 2 desc;

-- name: fluxes
select nature, approche_bois, flux_kt_co2e * 1000, sequestration_kt_co2e * 1000, emission_kt_co2e * 1000
from marts.flux_par_nature
where maille = 'france'
union all
select 'total', approche_bois, flux_kt_co2e * 1000, sequestration_kt_co2e * 1000, emission_kt_co2e * 1000
from marts.bilan_global
where maille = 'france';
