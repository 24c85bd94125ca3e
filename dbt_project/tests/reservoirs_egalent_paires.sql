-- In every row of ALDO, the sum over reservoirs and N2O of a pair is its published total, to a millionth of a tonne. The unit fluxes and
-- the totals are two files: a third of neither is derived from the other.
with recomposes as (
    select code_commune_aldo, cle, sum(flux_tco2e) as flux_tco2e
    from {{ ref('int_flux_reservoirs') }}
    group by code_commune_aldo, cle
)

select
    conversions.code_commune_aldo,
    conversions.cle,
    conversions.surface_ha,
    conversions.flux_tco2e as flux_publie,
    recomposes.flux_tco2e as somme_des_reservoirs,
    'la somme des réservoirs et du N2O n''est pas le flux publié de la paire' as motif
from {{ ref('int_conversions') }} as conversions
left join recomposes
    on conversions.code_commune_aldo = recomposes.code_commune_aldo and conversions.cle = recomposes.cle
where abs(coalesce(conversions.flux_tco2e, 0) - coalesce(recomposes.flux_tco2e, 0)) > 1e-6
