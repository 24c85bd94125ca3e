{#
  The parts of the rows of ALDO that corrections_aldo tells apart, each with its share of the row: by area, and by its people in the one
  census that the seed names; by area again where it names none.
#}
{% macro parties_corrigees() -%}
    select
        code_commune_aldo,
        code_commune,
        {{ part('surface_ha', 'code_commune_aldo') }} as poids_surface,
        coalesce({{ part('population', 'code_commune_aldo') }}, {{ part('surface_ha', 'code_commune_aldo') }}) as poids_population,
        coalesce('population ' || recensement, 'surface') as mesure_population
    from {{ ref('corrections_aldo') }}
{%- endmacro %}
