{#
  Share of a row in its group, 1 when it is alone in it. Null as soon as one member has no measure: a missing
  weight must stop the build (data test), never be taken for zero.
#}
{% macro part(mesure, groupe) -%}
    case
        when count(*) over (partition by {{ groupe }}) = 1 then 1.0
        when count({{ mesure }}) over (partition by {{ groupe }}) = count(*) over (partition by {{ groupe }})
            then cast({{ mesure }} as double) / cast(sum({{ mesure }}) over (partition by {{ groupe }}) as double)
    end
{%- endmacro %}
