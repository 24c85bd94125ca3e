{# Published meshes and the column of int_communes that holds their code. Nothing below EPCI belongs here. #}
{% macro mailles() %}
    {{ return({'epci': 'siren_epci', 'departement': 'code_departement', 'region': 'code_region', 'france': "'FR'"}) }}
{% endmacro %}

{# Sum over the rows that pass `filtre`, null when one of them has no figure: missing is not zero. #}
{% macro somme_complete(mesure, filtre='true') -%}
    case
        when count(*) filter (where {{ filtre }}) = count({{ mesure }}) filter (where {{ filtre }})
            then sum({{ mesure }}) filter (where {{ filtre }})
    end
{%- endmacro %}
