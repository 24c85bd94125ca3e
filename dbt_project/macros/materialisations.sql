{#
  dbt-duckdb makes each relation beside its place and moves it there, in five statements: here it is made where it belongs. The warehouse
  has one writer and is worth nothing before gate 2; in a lake, one transaction holds the drop and what replaces it. Hooks, indexes, grants
  and partitions of a model, which the project has none of, are not run.
#}
{% materialization table, adapter='duckdb' %}
    {{ return(batie('table')) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {{ return(batie('view')) }}
{% endmaterialization %}

{% macro batie(type) %}
    {% set ancienne, nouvelle = load_cached_relation(this), this.incorporate(type=type) %}
    {% if ancienne is not none %}
        {% call statement('ancienne') %}drop {{ ancienne.type }} {{ ancienne }}{% endcall %}
    {% endif %}
    {% call statement('main') %}
        {% if type == 'table' %}{{ create_table_as(false, nouvelle, compiled_code) }}{% else %}{{ create_view_as(nouvelle, compiled_code) }}{% endif %}
    {% endcall %}
    {{ adapter.commit() }}
    {{ return({'relations': [nouvelle]}) }}
{% endmacro %}

{#
  Nothing lasts before this (profiles.yml), and a file that cannot be written is closed without an error: a full disk must fail here.
  It fails too beside a result that another cursor has not read to its end.
#}
{% macro ecrit_entrepot() %}{% if target.name == 'duckdb' %}checkpoint {{ target.database }}{% endif %}{% endmacro %}
