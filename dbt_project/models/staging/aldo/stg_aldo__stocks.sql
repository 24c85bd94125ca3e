-- Areas (ha), densities (tC/ha) and stocks (tC) of 2018, one row a commune of ALDO's own list.
with lues as (
    select *, {{ lectures(labels_stocks()) }}
    from {{ source('raw', 'aldo_stocks') }}
)

select
    _ligne as ligne,
    {{ code_a_cinq_caracteres('insee') }} as code_commune_aldo,
    _edition as edition,
    {{ lu('population') }} as population,
    {{ lu('ratio_population_France') }} as part_population_france,
    {{ lu('stock_tC') }} as stock_total_tc,
    {% for occupation in var('occupations') -%}
    {{ lu(occupation.aldo ~ '_surface_ha') }} as surface_brute_ha__{{ occupation.code }},
    {{ lu(occupation.aldo ~ '_stock_total_tC') }} as stock_tc__{{ occupation.code }},
    {% for reservoir, nature in reservoirs_du_stock(occupation).items() -%}
    {{ lu(occupation.aldo ~ '_' ~ reservoir ~ '_stock_de_reference_tC_ha-1') }} as densite_tc_ha__{{ occupation.code }}__{{ nature }},
    {% endfor -%}
    {% endfor -%}
    {{ lu('haies_biomasse_stock_de_reference_tC_ha-1') }} as densite_haies_tc_km,
    {{ lu('haies_stock_total_tC') }} as stock_tc__haies,
    {% for aldo, code in haies_sur().items() -%}
    {{ lu(aldo ~ '_haies_km') }} as haies_km__{{ code }},
    {% endfor -%}
    {% for usage in ['bo', 'bi'] -%}
    {{ lu(usage ~ '_recolte_locale_m3_an-1') }} as recolte_locale_m3__{{ usage }},
    {{ lu(usage ~ '_ratio_recolte_France') }} as part_recolte_france__{{ usage }},
    {{ lu(usage ~ '_recolte_total_tC') }} as stock_tc__bois__recolte__{{ usage }},
    {{ lu(usage ~ '_consommation_total_tC') }} as stock_tc__bois__consommation__{{ usage }},
    {% endfor -%}
    {{ lu('produit_bois_recolte_total_tC') }} as stock_bois_recolte_tc,
    {{ lu('produit_bois_consommation_total_tC') }} as stock_bois_consommation_tc,
    {{ compte_illisibles(labels_stocks()) }} as n_cellules_illisibles
from lues
