{# ALDO's sign (positive = sequestration) to the atmosphere's (negative = sequestration): a figure passes here once, on its way in; zero has no sign. #}
{% macro vu_de_l_atmosphere(expression) %}(0 - ({{ expression }})){% endmacro %}

{# Units, each named once. #}
{% macro tc_par_tco2() %}(12 / 44){% endmacro %}
{% macro tonnes_par_kt() %}1000{% endmacro %}
{% macro kg_par_tonne() %}1000{% endmacro %}
{% macro ha_par_km2() %}100{% endmacro %}
{% macro m2_par_ha() %}10000{% endmacro %}

{# From tonnes (exact) to kilotonnes of the same gas or equivalent. #}
{% macro en_kt(expression) %}cast({{ expression }} as double) / {{ tonnes_par_kt() }}{% endmacro %}

{#
  A term of a sum, as an exact decimal: sums of decimals do not depend on the order of rows, threads or engine, so that
  two refreshes publish the same bytes. Nine decimals of a tonne or a hectare; a term beyond 1e9 is an error.
#}
{% macro terme_exact(expression) %}cast({{ expression }} as decimal(18, 9)){% endmacro %}

{# The same for terms that are not tonnes of a commune: products of people and euros, weights of the footprint. Twelve decimals, or as many as asked. #}
{% macro terme_large(expression, decimales=12) %}cast({{ expression }} as decimal(38, {{ decimales }})){% endmacro %}
{% macro somme_large(terme, filtre='true', decimales=12) -%}
    cast(sum({{ terme_large(terme, decimales) }}) filter (where {{ filtre }}) as double)
{%- endmacro %}
