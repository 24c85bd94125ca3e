{# A SQL text literal, or null of type text. #}
{% macro texte_sql(valeur) -%}
    {% if valeur is none %}cast(null as varchar){% else %}'{{ valeur }}'{% endif %}
{%- endmacro %}
