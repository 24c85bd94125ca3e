{# Paris, Lyon and Marseille are one commune each: their municipal arrondissements count in it. #}
{% macro commune_de_plein_exercice(code) -%}
    case
        when {{ code }} between '75101' and '75120' then '75056'
        when {{ code }} between '69381' and '69389' then '69123'
        when {{ code }} between '13201' and '13216' then '13055'
        else {{ code }}
    end
{%- endmacro %}
