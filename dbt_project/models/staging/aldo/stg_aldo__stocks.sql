{{ config(materialized='table') }}
-- Areas (ha), densities (tC/ha) and stocks (tC) of 2018, one row a commune of ALDO's own list.
select
    _ligne as ligne,
    {{ code_a_cinq_caracteres('insee') }} as code_commune_aldo,
    _edition as edition,
    {{ nombre('population') }} as population,
    {{ nombre('ratio_population_France') }} as part_population_france,
    {{ nombre('stock_tC') }} as stock_total_tc,
    {% for occupation in var('occupations') -%}
    {{ nombre(occupation.aldo ~ '_surface_ha') }} as surface_brute_ha__{{ occupation.code }},
    {{ nombre(occupation.aldo ~ '_stock_total_tC') }} as stock_tc__{{ occupation.code }},
    {% for reservoir, nature in reservoirs_du_stock(occupation).items() -%}
    {{ nombre(occupation.aldo ~ '_' ~ reservoir ~ '_stock_de_reference_tC_ha-1') }} as densite_tc_ha__{{ occupation.code }}__{{ nature }},
    {% endfor -%}
    {% endfor -%}
    {{ nombre('haies_biomasse_stock_de_reference_tC_ha-1') }} as densite_haies_tc_km,
    {{ nombre('haies_stock_total_tC') }} as stock_tc__haies,
    {% for aldo, code in haies_sur().items() -%}
    {{ nombre(aldo ~ '_haies_km') }} as haies_km__{{ code }},
    {% endfor -%}
    {% for usage in ['bo', 'bi'] -%}
    {{ nombre(usage ~ '_recolte_locale_m3_an-1') }} as recolte_locale_m3__{{ usage }},
    {{ nombre(usage ~ '_ratio_recolte_France') }} as part_recolte_france__{{ usage }},
    {{ nombre(usage ~ '_recolte_total_tC') }} as stock_tc__bois__recolte__{{ usage }},
    {{ nombre(usage ~ '_consommation_total_tC') }} as stock_tc__bois__consommation__{{ usage }},
    {% endfor -%}
    {{ nombre('produit_bois_recolte_total_tC') }} as stock_bois_recolte_tc,
    {{ nombre('produit_bois_consommation_total_tC') }} as stock_bois_consommation_tc,
    {{ compte_illisibles(labels_stocks()) }} as n_cellules_illisibles
from {{ source('raw', 'aldo_stocks') }}
