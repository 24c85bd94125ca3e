{# The completeness of rows taken together: the weakest binds, and a secret part binds most. #}
{% macro completude_d_ensemble() -%}
    case
        when bool_or(completude = 'secrete') then 'secrete'
        when bool_or(completude = 'non_reconstituable') then 'non_reconstituable'
        when bool_and(completude = 'complete') then 'complete'
        when bool_and(completude = 'absente') then 'absente'
        else 'partielle'
    end
{%- endmacro %}

{# The sum of rows of which all are known; null where one is not. #}
{% macro somme_si_complete(valeur) -%}
    case when count({{ valeur }}) = count(*) then {{ somme_large(valeur, decimales=12) }} end
{%- endmacro %}

{# The mean yearly change between two values, in percent: (v1 / v0) ^ (1 / n) - 1. #}
{% macro evolution_annuelle(premiere, derniere, premiere_annee, derniere_annee) -%}
    100 * (power({{ derniere }} / {{ premiere }}, 1.0 / ({{ derniere_annee }} - {{ premiere_annee }})) - 1)
{%- endmacro %}
