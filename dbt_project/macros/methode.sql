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

{# A land use as CORINE Land Cover sees it: ALDO parts one of its classes into two kinds of artificial soil. #}
{% macro classe_clc(occupation) -%}
    case when {{ occupation }} in ('artificiels_impermeabilises', 'artificiels_arbustifs') then 'artificiels' else {{ occupation }} end
{%- endmacro %}

{# Land uses that are artificial already, as a list of texts: what comes from them is no natural, agricultural or forest land. #}
{% macro usages_artificiels() -%}
    {%- for usage in var('occupations') if usage.n1 == 'sols_artificiels' %}'{{ usage.code }}'{% if not loop.last %}, {% endif %}{% endfor -%}
{%- endmacro %}

{# The forest of each commune of ALDO's list by composition (ha), with the zones that it lies in and the values of a hectare that ALDO publishes. #}
{% macro cellules_forets() -%}
    {% for poste in forets() -%}
    select
        forets.code_commune_aldo, '{{ poste.cle }}' as cle, '{{ poste.finale }}' as occupation, forets.groupe_ser, forets.greco,
        forets.region_ign, forets.bassin_populicole, forets.surface_ha__{{ poste.cle }} as surface_ha
        {%- for colonne in references_forestieres(poste) %}, forets.{{ colonne }}__{{ poste.cle }} as {{ colonne }}{% endfor %}
    from {{ ref('stg_aldo__accroissement_forets') }} as forets
    where forets.surface_ha__{{ poste.cle }} > 0
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
{%- endmacro %}
