{#
  Presentation: what pages, workbooks and maps show is rounded once, here, half away from zero as in a spreadsheet, in exact
  decimals of twelve places, those that sums of tonnes have in kt (a binary 2.675 is 2.675). `arrondi_<column>`, to the decimals
  that `vars.decimales` gives to the column's unit.
#}
{% macro arrondi(alias, colonne) -%}
    cast(round(cast({{ alias }}.{{ colonne }} as decimal(38, 12)), {{ decimales(colonne) }}) as double) as arrondi_{{ colonne }}
{%- endmacro %}

{# Several of them, as a list of select. #}
{% macro arrondis(alias, colonnes) -%}
    {% for colonne in colonnes -%}
    {{ arrondi(alias, colonne) }}{% if not loop.last %},{% endif %}
    {% endfor %}
{%- endmacro %}

{#
  What a model bears to be said of a figure: two significant digits, and never more than two decimals. `ordre_de_grandeur_<column>`, rounded
  from the exact figure as above, half away from zero.
#}
{% macro ordre_de_grandeur(alias, colonne) -%}
    {%- set exacte = 'cast(' ~ alias ~ '.' ~ colonne ~ ' as decimal(38, 12))' -%}
    case
        when abs({{ exacte }}) < 1 then cast(round({{ exacte }}, 2) as double)
        {% for puissance in range(1, 8) -%}
        when abs({{ exacte }}) < {{ 10 ** puissance }} then cast(round({{ exacte }}, {{ 2 - puissance }}) as double)
        {% endfor -%}
        else cast(round({{ exacte }}, -6) as double)
    end as ordre_de_grandeur_{{ colonne }}
{%- endmacro %}

{# How many decimals of a column are shown: the first unit of `vars.decimales` that its name ends in. #}
{% macro decimales(colonne) -%}
    {%- set trouvees = [] -%}
    {%- for unite, nombre in var('decimales').items() if colonne.endswith('_' ~ unite) %}{% do trouvees.append(nombre) %}{% endfor -%}
    {%- if not trouvees %}{{ exceptions.raise_compiler_error(colonne ~ ' ends in no unit of vars.decimales') }}{% endif -%}
    {{- trouvees[0] -}}
{%- endmacro %}
