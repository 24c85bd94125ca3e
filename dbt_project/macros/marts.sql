{# The four leading columns of every published table; needs `execution` in scope. #}
{% macro colonnes_communes_aux_marts(alias) -%}
    {{ alias }}.maille,
    {{ alias }}.code_territoire,
    {{ alias }}.nom_territoire,
    execution.cog
{%- endmacro %}

{# The two wood approaches: each is a complete answer, the two are never added. #}
{% macro approches_bois() -%}
    (values ('consommation'), ('recolte')) as approches (approche_bois)
{%- endmacro %}

{# Net and gross fluxes of a group in kt CO2e. #}
{% macro flux_en_kt(alias) -%}
    {% for mesure in ['flux', 'sequestration', 'emission'] -%}
    {{ en_kt('sum(' ~ alias ~ '.' ~ mesure ~ '_tco2e)') }} as {{ mesure }}_kt_co2e{% if not loop.last %},
    {% endif %}
    {%- endfor %}
{%- endmacro %}

{# A published aggregate of fluxes by one column, under each wood approach. #}
{% macro flux_agreges_par(colonne) %}
select
    {{ colonnes_communes_aux_marts('territoires') }},
    flux.{{ colonne }},
    approches.approche_bois,
    {{ flux_en_kt('flux') }},
    execution.statut_donnees
from {{ ref('int_flux_territoires') }} as flux
inner join {{ approches_bois() }} on coalesce(flux.approche_bois, approches.approche_bois) = approches.approche_bois
inner join {{ ref('int_territoires') }} as territoires
    on flux.maille = territoires.maille and flux.code_territoire = territoires.code_territoire
cross join {{ ref('stg_execution') }} as execution
group by all
{% endmacro %}
