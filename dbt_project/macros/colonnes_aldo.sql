{# Numeric labels that staging reads from ALDO's files, derived from the items: the producer's spelling, once. #}
{% macro labels_flux_total() %}
    {% set labels = ['population', 'flux_tCO2e_an-1'] %}
    {% for poste in paires() %}
        {% do labels.extend([poste.aldo ~ '_surface_ha_an-1', poste.aldo ~ '_tCO2e_an-1']) %}
    {% endfor %}
    {{ return(labels) }}
{% endmacro %}

{% macro labels_accroissement() %}
    {% set labels = ['total_recolte_flux_tCO2e_an-1', 'total_consommation_flux_tCO2e_an-1'] %}
    {% for poste in forets() %}
        {% do labels.extend([poste.aldo ~ '_surface_ha', poste.aldo ~ '_flux_tCO2e_an-1']) %}
        {% do labels.extend(references_forestieres(poste).values()) %}
    {% endfor %}
    {% for poste in produits_bois() %}{% do labels.append(poste.aldo ~ '_flux_tCO2e_an-1') %}{% endfor %}
    {{ return(labels) }}
{% endmacro %}

{% macro labels_flux_unitaire() %}
    {% set labels = [] %}
    {% for poste in paires() %}
        {% for reservoir in poste.reservoirs %}{% do labels.append(poste.aldo ~ '_' ~ reservoir ~ '_tCO2e_ha-1') %}{% endfor %}
    {% endfor %}
    {{ return(labels) }}
{% endmacro %}

{# Reservoirs of a land use in the stocks file: the producer's word, and the nature of stock that TerriSTORY files it under. #}
{% macro reservoirs_du_stock(occupation) %}
    {% if occupation.n1 == 'forets' %}
        {{ return({'sol': 'sol', 'biomasse_vivante': 'biomasse_vivante', 'biomasse_morte': 'biomasse_morte', 'litiere': 'litiere'}) }}
    {% endif %}
    {{ return({'sol': 'sol', 'biomasse': 'biomasse_vivante'}) }}
{% endmacro %}

{% macro haies_sur() %}
    {{ return({
        'cultures': 'cultures', 'prairies': 'prairies', 'zones humides': 'zones_humides', 'vergers': 'vergers', 'vignes': 'vignes',
        'sols artificiels': 'sols_artificiels', 'forêts': 'forets'}) }}
{% endmacro %}

{% macro labels_stocks() %}
    {% set labels = ['population', 'ratio_population_France', 'stock_tC', 'haies_biomasse_stock_de_reference_tC_ha-1', 'haies_stock_total_tC'] %}
    {% for occupation in var('occupations') %}
        {% do labels.extend([occupation.aldo ~ '_surface_ha', occupation.aldo ~ '_stock_total_tC']) %}
        {% for reservoir in reservoirs_du_stock(occupation) %}
            {% do labels.append(occupation.aldo ~ '_' ~ reservoir ~ '_stock_de_reference_tC_ha-1') %}
        {% endfor %}
    {% endfor %}
    {% for aldo in haies_sur() %}{% do labels.append(aldo ~ '_haies_km') %}{% endfor %}
    {% for usage in ['bo', 'bi'] %}
        {% do labels.extend([
            usage ~ '_recolte_locale_m3_an-1', usage ~ '_ratio_recolte_France',
            usage ~ '_recolte_total_tC', usage ~ '_consommation_total_tC']) %}
    {% endfor %}
    {% do labels.extend(['produit_bois_recolte_total_tC', 'produit_bois_consommation_total_tC']) %}
    {{ return(labels) }}
{% endmacro %}

{# ALDO's stocks file drops leading zeros (known defect `codes_sans_zero`): 1001 is 01001. #}
{% macro code_a_cinq_caracteres(colonne) -%}
    lpad({{ colonne }}, 5, '0')
{%- endmacro %}

{# Reference values of a forest composition: our column, the producer's label (with its real typo on poplars). #}
{% macro references_forestieres(poste) %}
    {% set flux = 'aflux' if poste.finale == 'foret_peupleraie' else 'flux' %}
    {{ return({
        'accroissement_m3_ha': poste.aldo ~ '_accroissement_biologique_unitaire_m3_BFT_ha-1_an-1',
        'mortalite_m3_ha': poste.aldo ~ '_mortalite_biologique_unitaire_m3_BFT_ha-1_an-1',
        'prelevements_m3_ha': poste.aldo ~ '_prelevements_de_bois_unitaire_m3_BFT_ha-1_an-1',
        'bilan_m3_ha': poste.aldo ~ '_bilan_total_unitaire_m3_BFT_ha-1_an-1',
        'facteur_tc_m3': poste.aldo ~ '_facteur_de_conversion_tC_m3_BFT-1',
        'sequestration_unitaire_tco2e_ha': poste.aldo ~ '_' ~ flux ~ '_total_unitaire_tCO2e_ha-1_an-1'}) }}
{% endmacro %}

{# The same values in the IGN's own table, but for the flux, which is there in carbon: our column, the producer's label. #}
{% macro references_de_l_ign() %}
    {{ return({
        'accroissement_m3_ha': 'production_volume_(m3∙ha-1∙an-1)', 'mortalite_m3_ha': 'mortalite_volume_(m3∙ha-1∙an-1)',
        'prelevements_m3_ha': 'prelevement_volume_(m3∙ha-1∙an-1)', 'bilan_m3_ha': 'bilan_volume_(m3∙ha-1∙an-1)',
        'facteur_tc_m3': 'fexp_vol_carb'}) }}
{% endmacro %}
