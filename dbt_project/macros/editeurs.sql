{# What an observatory calls a code of ours; inner, so that a code without label stops the build by losing its rows (data test). #}
{% macro libelle(editeur, dimension, code, alias) -%}
    inner join {{ ref('libelles') }} as {{ alias }}
        on {{ alias }}.editeur = '{{ editeur }}' and {{ alias }}.dimension = '{{ dimension }}' and {{ code }} = {{ alias }}.code
{%- endmacro %}

{# The sign that rows have in the house; publication writes that of the publisher instead (publication/conventions.py). #}
{% macro convention_de_la_maison() -%}
    'atmosphere' as convention_de_signe
{%- endmacro %}
