{{ config(materialized='view') }}
-- What a hectare of each land use of 2018 would emit if it were sealed (t CO2e, whole effect, N2O as ALDO converts it), by row of ALDO: its own
-- unit fluxes of soil, biomass and litter; and the area of that use (ha).
{% set usages = var('occupations') | rejectattr('n1', 'equalto', 'sols_artificiels') | list -%}
with fluxes as (
    {% for usage in usages -%}
    {% set cle = usage.code ~ '__artificiels_impermeabilises' -%}
    select
        flux.code_commune_aldo,
        '{{ usage.code }}' as occupation_initiale,
        stocks.surface_ha__{{ usage.code }} as surface_ha,
        coalesce(flux.flux_unitaire_tco2e_ha__{{ cle }}__sol, 0) as sol,
        coalesce(flux.flux_unitaire_tco2e_ha__{{ cle }}__biomasse, 0) as biomasse,
        coalesce(flux.flux_unitaire_tco2e_ha__{{ cle }}__litiere, 0) as litiere
    from {{ ref('int_flux_atmosphere') }} as flux
    inner join {{ ref('int_stocks') }} as stocks on flux.code_commune_aldo = stocks.code_commune_aldo
    where stocks.surface_ha__{{ usage.code }} > 0
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    fluxes.code_commune_aldo,
    fluxes.occupation_initiale,
    fluxes.surface_ha,
    fluxes.sol + fluxes.biomasse + fluxes.litiere
    + greatest(fluxes.sol + fluxes.litiere, 0) * constantes.n2o_par_tco2_perdue__publie as tco2e_par_ha
from fluxes
cross join {{ ref('int_constantes') }} as constantes
