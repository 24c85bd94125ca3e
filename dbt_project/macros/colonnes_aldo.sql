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
    {% endfor %}
    {% for poste in produits_bois() %}{% do labels.append(poste.aldo ~ '_flux_tCO2e_an-1') %}{% endfor %}
    {{ return(labels) }}
{% endmacro %}
