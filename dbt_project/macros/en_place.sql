{#
  A table made where it stands, in one statement and one commit. dbt's own `table` is made under another name, then renamed, so
  that readers keep the old one until then: nobody reads a warehouse that is being built (warehouse/build.py).
#}
{% materialization table_en_place, adapter='duckdb' %}
    {%- set relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {{ drop_relation_if_exists(load_cached_relation(this)) }}
    {% call statement('main') %}{{ create_table_as(false, relation, compiled_code) }}{% endcall %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
