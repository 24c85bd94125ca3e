{# What is shown is the exact figure to within half of its last decimal, holds no further decimal, and is there where the figure is. #}
{% test arrondis_exacts(model) %}
{% set ns = namespace(n=0) -%}
{% for colonne in adapter.get_columns_in_relation(model) if colonne.name.startswith('arrondi_') -%}
{% set exacte = colonne.name.removeprefix('arrondi_') -%}
{% set ns.n = ns.n + 1 -%}
select '{{ colonne.name }}' as colonne, maille, code_territoire, {{ exacte }} as exact, {{ colonne.name }} as arrondi
from {{ model }}
where
    abs({{ exacte }} - {{ colonne.name }}) > 0.5 * power(10, -{{ decimales(exacte) }}) + 1e-9
    or abs({{ colonne.name }} * power(10, {{ decimales(exacte) }}) - round({{ colonne.name }} * power(10, {{ decimales(exacte) }}))) > 1e-6
    or ({{ exacte }} is null) <> ({{ colonne.name }} is null)
union all
{% endfor -%}
select 'aucune colonne arrondi_' as colonne, null as maille, null as code_territoire, null as exact, null as arrondi
where {{ ns.n }} = 0
{% endtest %}
