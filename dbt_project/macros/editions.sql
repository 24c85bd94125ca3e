{#
  Rows of a seed that are in force for the release read here: those of its edition, else those that hold for all (`toutes`).
  Needs the table stg_execution; `cle` names the columns of a row's key.
#}
{% macro en_vigueur(graine, cle) -%}
    select graine.*
    from {{ ref(graine) }} as graine
    inner join {{ ref('stg_execution') }} as execution on graine.edition in ('toutes', execution.edition_aldo)
    qualify row_number() over (
        partition by {% for colonne in cle %}graine.{{ colonne }}{% if not loop.last %}, {% endif %}{% endfor %}
        order by case graine.edition when 'toutes' then 1 else 0 end
    ) = 1
{%- endmacro %}
