-- One row a commune of ALDO's own list; ALDO's sign (positive = sequestration).
with lues as (
    select *, {{ lectures(labels_accroissement()) }}
    from {{ source('raw', 'aldo_accroissement_forets') }}
)

select
    _ligne as ligne,
    insee as code_commune_aldo,
    _edition as edition,
    groupe_ser,
    greco,
    rad_13 as region_ign,
    bassin_populicole,
    {% for poste in forets() -%}
    {% for colonne, label in references_forestieres(poste).items() -%}
    {{ lu(label) }} as {{ colonne }}__{{ poste.cle }},
    {% endfor -%}
    {{ lu(poste.aldo ~ '_surface_ha') }} as surface_ha__{{ poste.cle }},
    {{ lu(poste.aldo ~ '_flux_tCO2e_an-1') }} as sequestration_tco2e__{{ poste.cle }},
    {% endfor -%}
    {% for poste in produits_bois() -%}
    {{ lu(poste.aldo ~ '_flux_tCO2e_an-1') }} as sequestration_tco2e__{{ poste.cle }},
    {% endfor -%}
    {{ lu('total_recolte_flux_tCO2e_an-1') }} as sequestration_bois_recolte_tco2e,
    {{ lu('total_consommation_flux_tCO2e_an-1') }} as sequestration_bois_consommation_tco2e,
    {{ compte_illisibles(labels_accroissement()) }} as n_cellules_illisibles
from lues
