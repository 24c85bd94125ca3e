-- Conversions that took place, one row a commune of ALDO's list and pair: area (ha/yr), published flux (t CO2e/yr) and unit fluxes
-- by reservoir (t CO2e/ha). Few of the 170 pairs of a commune have any, so that the long form stays small.
with postes (cle, occupation_initiale, occupation_finale, initiale_n1, finale_n1) as (
    values
    {% for poste in paires() -%}
    ('{{ poste.cle }}', '{{ poste.initiale }}', '{{ poste.finale }}', '{{ poste.initiale_n1 }}',
        '{{ poste.finale_n1 }}'){% if not loop.last %},{% endif %}
    {% endfor %}
),

longue as (
    select code_commune_aldo, cle, surface_ha, flux_tco2e, unitaire_sol, unitaire_biomasse, unitaire_litiere
    from {{ ref('int_flux_atmosphere') }}
    unpivot include nulls (
        (surface_ha, flux_tco2e, unitaire_sol, unitaire_biomasse, unitaire_litiere) for cle in (
            {% for poste in paires() -%}
            (surface_ha__{{ poste.cle }}, flux_tco2e__{{ poste.cle }}
            {%- for reservoir in ['sol', 'biomasse', 'litiere'] -%}
            , flux_unitaire_tco2e_ha__{{ poste.cle }}__{{ reservoir }}
            {%- endfor %}) as {{ poste.cle }}{% if not loop.last %},{% endif %}
            {% endfor %}
        )
    )
)

select
    longue.code_commune_aldo,
    postes.*,
    longue.surface_ha,
    longue.flux_tco2e,
    longue.unitaire_sol,
    longue.unitaire_biomasse,
    longue.unitaire_litiere
from longue
inner join postes on longue.cle = postes.cle
where longue.surface_ha <> 0 or longue.flux_tco2e <> 0
