{# Columns of Cerema's file that are of one year, in the producer's order: generated, never matched. #}
{% macro colonnes_de_cerema() %}
    {% set labels = [] %}
    {% set annees = var('consommation').annees %}
    {% for annee in range(annees[0], annees[1] + 1) %}
        {% for destination in var('consommation').destinations %}
            {% do labels.append(destination.cerema.replace('{a}', '%02d' | format(annee % 100)).replace('{b}', '%02d' | format((annee + 1) % 100))) %}
        {% endfor %}
    {% endfor %}
    {{ return(labels) }}
{% endmacro %}

{# Roads and railways were counted otherwise before 2011, and with them the sum. #}
{% macro est_comparable_dans_le_temps(alias) %}not ({{ alias }}.annee < 2011 and {{ alias }}.destination in ('route', 'ferroviaire', 'ensemble')){% endmacro %}
