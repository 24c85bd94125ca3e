-- Unit fluxes of a converted hectare (tCO2e/ha, whole effect of the conversion, not a year's), one row a commune of ALDO's own list.
with lues as (
    select *, {{ lectures(labels_flux_unitaire()) }}
    from {{ source('raw', 'aldo_flux_unitaire') }}
)

select
    _ligne as ligne,
    insee as code_commune_aldo,
    _edition as edition,
    {% for poste in paires() -%}
    {% for reservoir in poste.reservoirs -%}
    {{ lu(poste.aldo ~ '_' ~ reservoir ~ '_tCO2e_ha-1') }} as sequestration_unitaire_tco2e_ha__{{ poste.cle }}__{{ reservoir }},
    {% endfor -%}
    {% endfor -%}
    {{ compte_illisibles(labels_flux_unitaire()) }} as n_cellules_illisibles
from lues
