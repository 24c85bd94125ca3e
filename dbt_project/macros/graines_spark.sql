{# Rows of a seed on Spark. The adapter's own macro writes quotes as they are and an empty cell as the text None (dbt-spark 1.11). #}
{% macro spark__load_csv_rows(model, agate_table) %}
    {% set types = model['config'].get('column_types', {}) %}
    {% set lignes = [] %}
    {% for row in agate_table.rows %}
        {% set cellules = [] %}
        {% for name in agate_table.column_names %}
            {% set texte = 'null' if row[name] is none else "'" ~ (row[name] | string | replace('\\', '\\\\') | replace("'", "''")) ~ "'" %}
            {% do cellules.append('cast(' ~ texte ~ ' as ' ~ types.get(name, adapter.convert_type(agate_table, loop.index0)) ~ ')') %}
        {% endfor %}
        {% do lignes.append('(' ~ cellules | join(', ') ~ ')') %}
    {% endfor %}
    {% set sql = 'insert into ' ~ this.render() ~ ' values ' ~ lignes | join(',\n') %}
    {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {{ return(sql) }}
{% endmacro %}
