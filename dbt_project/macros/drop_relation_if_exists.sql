{# dbt's own, which asks the engine to drop the backup of every table, most of which was never made: its cache knows. #}
{% macro drop_relation_if_exists(relation) %}
    {% if relation is not none and load_cached_relation(relation) is not none %}{{ adapter.drop_relation(relation) }}{% endif %}
{% endmacro %}
