-- The flux of a converted hectare in a territory is a mean of those of ALDO's communes: it stands between their least and their most, for
-- each pair. A sign, a unit or an area gone wrong on the way does not.
with bornes as (
    select
        occupation_initiale,
        occupation_finale,
        min(flux_tco2e / surface_ha) as mini,
        max(flux_tco2e / surface_ha) as maxi
    from {{ ref('int_conversions') }}
    where surface_ha > 0
    group by occupation_initiale, occupation_finale
)

select flux.maille, flux.code_territoire, bornes.*, flux.flux_tco2e / flux.surface_ha as flux_tco2e_par_ha
from {{ ref('flux_carbone') }} as flux
inner join bornes
    on flux.occupation_initiale = bornes.occupation_initiale and flux.occupation_finale = bornes.occupation_finale
where
    flux.surface_ha > 1e-6
    and not flux.flux_tco2e / flux.surface_ha between bornes.mini - 1e-3 and bornes.maxi + 1e-3
