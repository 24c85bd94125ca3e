{# Paris, Lyon and Marseille are one commune each: their municipal arrondissements count in it. #}
{% macro commune_de_plein_exercice(code) -%}
    case
        when {{ code }} between '75101' and '75120' then '75056'
        when {{ code }} between '69381' and '69389' then '69123'
        when {{ code }} between '13201' and '13216' then '13055'
        else {{ code }}
    end
{%- endmacro %}

{# The bit of a municipal arrondissement in its commune (75101 is 1, 75102 is 2, 75103 is 4); null for any other code. #}
{% macro arrondissement(code) -%}
    case when {{ commune_de_plein_exercice(code) }} <> {{ code }} then
        cast(1 as bigint) << (cast(substr({{ code }}, 4, 2) as integer) - case when {{ code }} like '69%' then 81 else 1 end)
    end
{%- endmacro %}

{# True when a commune that is given by arrondissements lacks one of them: 20 in Paris, 9 in Lyon, 16 in Marseille. #}
{% macro arrondissements_absents(code, arrondissement) -%}
    coalesce(
        bit_count(bit_or({{ arrondissement }})) < case {{ code }} when '75056' then 20 when '69123' then 9 when '13055' then 16 end, false)
{%- endmacro %}
