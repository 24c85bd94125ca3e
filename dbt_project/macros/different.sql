{# True when two figures differ beyond floating-point noise: 1e-9 relative, 1e-6 absolute near zero. #}
{% macro different(a, b) -%}
    abs(({{ a }}) - ({{ b }})) > greatest(1e-6, 1e-9 * abs({{ b }}))
{%- endmacro %}
