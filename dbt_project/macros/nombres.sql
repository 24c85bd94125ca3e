{# A text cell as a number; an empty cell is null, and so is an unreadable one (counted by compte_illisibles). #}
{% macro nombre(label) -%}
    try_cast({{ adapter.quote(label) }} as double)
{%- endmacro %}

{# Every text cell of a wide table read once, beside the text itself: casts are most of the cost of staging. #}
{% macro lectures(labels) -%}
    {% for label in labels %}{{ nombre(label) }} as {{ lu(label) }}{% if not loop.last %}, {% endif %}{% endfor %}
{%- endmacro %}

{# The number that was read of a label. #}
{% macro lu(label) %}{{ adapter.quote("# " ~ label) }}{% endmacro %}

{# True for a number that is neither NaN nor infinite: both compare as larger than the largest double. Null for none. #}
{% macro est_borne(nombre) %}abs({{ nombre }}) <= 1.7976931348623157e308{% endmacro %}
{% macro est_fini(nombre) %}coalesce({{ est_borne(nombre) }}, false){% endmacro %}

{#
  How many of the cells of a row are neither empty nor a finite number: decimal comma, text, NaN, infinity. A cast is no check (it takes
  1_000 and spaces too): one look at all the cells of a row says whether any holds what no number is written with.
#}
{% macro compte_illisibles(labels) -%}
    {% set remplies, nombres, cellules = [], [], [] %}
    {% for label in labels -%}
    {% do remplies.append(adapter.quote(label) ~ " <> ''") %}{% do nombres.append(lu(label)) %}{% do cellules.append(adapter.quote(label)) %}
    {%- endfor %}
    {{ compte_parmi(remplies, 'x') }} - {{ compte_parmi(nombres, est_borne('x')) }}
    + case when {{ contient_motif("concat_ws('|', " ~ cellules | join(', ') ~ ")", '[^-+.0-9eE|]') }} then 1 else 0 end
{%- endmacro %}

{# Whether a text is a number, as text: what a cast takes besides is not. #}
{% macro est_ecrit_en_nombre(texte) -%}
    {{ contient_motif(texte, '^[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?$') }}
{%- endmacro %}

{#
  Unreadable cells of a source, one row each: where it stands, what it holds. Rows are filtered first
  (n_cellules_illisibles, computed in staging), so that the unpivot touches nothing when all is well.
#}
{% macro cellules_illisibles(source_name, staging, labels) -%}
    select
        '{{ source_name }}' as source, _ligne as ligne, insee as code_commune_aldo, colonne, valeur,
        'pas un nombre fini : chiffres et point décimal seuls, ni espace, ni NaN, ni infini, vide si inconnu ; corriger le fichier et relancer' as motif
    from (
        select _ligne, insee, {% for label in labels %}{{ adapter.quote(label) }}{% if not loop.last %}, {% endif %}{% endfor %}
        from {{ source('raw', source_name) }}
        where _ligne in (select ligne from {{ staging }} where n_cellules_illisibles > 0)
    )
    unpivot (valeur for colonne in (
        {% for label in labels %}{{ adapter.quote(label) }}{% if not loop.last %}, {% endif %}{% endfor %}
    ))
    where valeur <> '' and not ({{ est_ecrit_en_nombre('valeur') }} and {{ est_fini('try_cast(valeur as double)') }})
{%- endmacro %}
