{# Group of land uses that share a soil in ALDO's method (seed aldo_regles_sol). #}
{% macro groupe_de_sol(occupation) %}
    {% set groupes = {
        'cultures': 'cult', 'zones_humides': 'zh', 'vergers': 'verg', 'vignes': 'vign', 'artificiels_impermeabilises': 'art_imp',
        'artificiels_arbustifs': 'art_enh', 'artificiels_arbores': 'art_arb'} %}
    {{ return(groupes.get(occupation, 'prai' if occupation.startswith('prairies') else 'for')) }}
{% endmacro %}

{# Density of living and dead biomass (tC/ha) that a land use, named in a column, has in a row of the stocks file. #}
{% macro densite_biomasse(occupation, stocks) -%}
    case {{ occupation }}
        {% for une in var('occupations') -%}
        when '{{ une.code }}' then {{ stocks }}.densite_tc_ha__{{ une.code }}__biomasse_vivante
            {%- if une.n1 == 'forets' %} + {{ stocks }}.densite_tc_ha__{{ une.code }}__biomasse_morte{% endif %}
        {% endfor -%}
    end
{%- endmacro %}

{# The kinds of artificial soil that ALDO parts one class of CORINE Land Cover into. #}
{% macro artificiels_confondus() %}'artificiels_impermeabilises', 'artificiels_arbustifs'{% endmacro %}
