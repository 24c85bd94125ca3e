{# Vintages of the COG that a passage may start from or end at, as texts; the registry's newest edition must be the last. #}
{% macro millesimes() %}
    {% set liste = [] %}
    {% for annee in range(var('millesimes').premier, var('millesimes').dernier + 1) %}{% do liste.append(annee | string) %}{% endfor %}
    {{ return(liste) }}
{% endmacro %}
