{# Units, each named once. #}
{% macro tonnes_par_kt() %}1000.0{% endmacro %}

{# From tonnes to kilotonnes of the same gas or equivalent. #}
{% macro en_kt(expression) %}({{ expression }}) / {{ tonnes_par_kt() }}{% endmacro %}
