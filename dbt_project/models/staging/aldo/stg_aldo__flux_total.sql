-- One row a commune of ALDO's own list; ALDO's sign (positive = sequestration).
with lues as (
    select *, {{ lectures(labels_flux_total()) }}
    from {{ source('raw', 'aldo_flux_total') }}
)

select
    _ligne as ligne,
    insee as code_commune_aldo,
    _edition as edition,
    zpc,
    nullif(rad_13, '') as region_ign,
    nullif(epci, '') as siren_epci_aldo,
    {{ lu('population') }} as population,
    {{ lu('flux_tCO2e_an-1') }} as sequestration_totale_tco2e,
    {% for poste in paires() -%}
    {{ lu(poste.aldo ~ '_surface_ha_an-1') }} as surface_ha__{{ poste.cle }},
    {{ lu(poste.aldo ~ '_tCO2e_an-1') }} as sequestration_tco2e__{{ poste.cle }},
    {% endfor -%}
    {{ compte_illisibles(labels_flux_total()) }} as n_cellules_illisibles
from lues
