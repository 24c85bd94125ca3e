-- Fluxes of conversions by reservoir, projected and summed to the territories; exact decimals.
select
    appartenances.maille,
    appartenances.code_territoire,
    flux.cle,
    flux.reservoir,
    sum({{ terme_exact('appartenances.poids__changement_usage_sol * flux.flux_tco2e') }}) as flux_tco2e,
    sum({{ terme_exact('appartenances.poids__changement_usage_sol * flux.flux_corrige_tco2e') }}) as flux_corrige_tco2e
from {{ ref('int_flux_reservoirs') }} as flux
inner join {{ ref('int_appartenances') }} as appartenances on flux.code_commune_aldo = appartenances.code_commune_aldo
group by all
