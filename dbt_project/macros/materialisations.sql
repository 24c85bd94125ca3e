{#
  dbt-duckdb makes each relation beside its place and moves it there, in five statements. A warehouse is filled by one writer, and is
  worth nothing before gate 2: here a relation is made where it belongs. Hooks, indexes and grants, which the project has none of, are not run.
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

{# Nothing is written before the end (profiles.yml): a disk that is full then must fail the build, not the closing of the file. #}
{% macro ecrit_entrepot() %}{% if target.name == 'duckdb' %}checkpoint {{ target.database }}{% endif %}{% endmacro %}
