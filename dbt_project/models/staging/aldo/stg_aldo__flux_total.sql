{{ config(materialized='table') }}
-- One row a commune of ALDO's own list; ALDO's sign (positive = sequestration).
select
    _ligne as ligne,
    insee as code_commune_aldo,
    _edition as edition,
    zpc,
    inter_region,
    nullif(rad_13, '') as region_ign,
    nullif(epci, '') as siren_epci_aldo,
    {{ nombre('population') }} as population,
    {{ nombre('flux_tCO2e_an-1') }} as sequestration_totale_tco2e,
    {% for poste in paires() -%}
    {{ nombre(poste.aldo ~ '_surface_ha_an-1') }} as surface_ha__{{ poste.cle }},
    {{ nombre(poste.aldo ~ '_tCO2e_an-1') }} as sequestration_tco2e__{{ poste.cle }},
    {% endfor -%}
    {{ compte_illisibles(labels_flux_total()) }} as n_cellules_illisibles
from {{ source('raw', 'aldo_flux_total') }}
