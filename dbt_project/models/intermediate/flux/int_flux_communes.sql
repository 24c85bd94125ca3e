{{ config(materialized='view') }}
-- Items that took place, one row a commune of ALDO's list and item that has an area (ha) or a flux (t CO2e/yr). Four cells in a hundred of
-- the wide tables have either (national data), so that everything sums from here.
select code_commune_aldo, cle, surface_ha, flux_tco2e
from {{ ref('int_conversions') }}
union all
select code_commune_aldo, cle, surface_ha, flux_tco2e
from (
    select
        code_commune_aldo,
        {% for poste in forets() + produits_bois() -%}
        {% if poste.approche %}cast(null as double) as {% endif %}surface_ha__{{ poste.cle }},
        flux_tco2e__{{ poste.cle }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('int_flux_atmosphere') }}
) as autres
unpivot include nulls (
    (surface_ha, flux_tco2e) for cle in (
        {% for poste in forets() + produits_bois() -%}
        (surface_ha__{{ poste.cle }}, flux_tco2e__{{ poste.cle }}) as {{ poste.cle }}{% if not loop.last %},{% endif %}
        {% endfor %}
    )
)
where surface_ha <> 0 or flux_tco2e <> 0
