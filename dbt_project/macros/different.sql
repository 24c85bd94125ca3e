{# True when two figures differ beyond floating-point noise (1e-9 relative, 1e-6 absolute near zero), or one is unknown. #}
{% macro different(a, b) -%}
    coalesce(
        abs(({{ a }}) - ({{ b }})) > greatest(1e-6, 1e-9 * abs({{ b }})),
        (({{ a }}) is null) <> (({{ b }}) is null)
    )
{%- endmacro %}
