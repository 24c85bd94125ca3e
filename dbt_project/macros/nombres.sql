{# A text cell as a number; an empty cell is null, and so is an unreadable one (counted by illisible). #}
{% macro nombre(label) -%}
    try_cast(nullif("{{ label }}", '') as double)
{%- endmacro %}

{# True when a cell is neither empty nor a finite number: decimal comma, text, NaN, infinity. #}
{% macro illisible(label) -%}
    coalesce("{{ label }}" <> '' and not coalesce(isfinite({{ nombre(label) }}), false), false)
{%- endmacro %}

{# How many of these cells of a row are unreadable. #}
{% macro compte_illisibles(labels) -%}
    {% for label in labels %}cast({{ illisible(label) }} as integer){% if not loop.last %} + {% endif %}{% endfor %}
{%- endmacro %}

{#
  Unreadable cells of a source, one row each: where it stands, what it holds. Rows are filtered first
  (n_cellules_illisibles, computed in staging), so that the unpivot touches nothing when all is well.
#}
{% macro cellules_illisibles(source_name, staging, labels) -%}
    select
        '{{ source_name }}' as source, _ligne as ligne, insee as code_commune_aldo, colonne, valeur,
        'pas un nombre fini : point decimal, ni NaN ni infini, vide si inconnu ; corriger le fichier et relancer' as motif
    from (
        select _ligne, insee, {% for label in labels %}"{{ label }}"{% if not loop.last %}, {% endif %}{% endfor %}
        from {{ source('raw', source_name) }}
        where _ligne in (select ligne from {{ staging }} where n_cellules_illisibles > 0)
    )
    unpivot (valeur for colonne in (
        {% for label in labels %}"{{ label }}"{% if not loop.last %}, {% endif %}{% endfor %}
    ))
    where valeur <> '' and not coalesce(isfinite(try_cast(valeur as double)), false)
{%- endmacro %}
