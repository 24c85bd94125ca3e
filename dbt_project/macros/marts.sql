{# The four leading columns of every published table; needs `execution` in scope. #}
{% macro colonnes_communes_aux_marts(alias) -%}
    {{ alias }}.maille,
    {{ alias }}.code_territoire,
    {{ alias }}.nom_territoire,
    execution.cog
{%- endmacro %}

{# The joins that `colonnes_communes_aux_marts` and `provenance` need: the territory of each row, the choices of the refresh. #}
{% macro territoire_et_execution(alias) -%}
inner join {{ ref('int_territoires') }} as territoires
    on {{ alias }}.maille = territoires.maille and {{ alias }}.code_territoire = territoires.code_territoire
cross join {{ ref('stg_execution') }} as execution
{%- endmacro %}

{# The two wood approaches: each is a complete answer, the two are never added. #}
{% macro approches_bois() -%}
    (values ('consommation'), ('recolte')) as approches (approche_bois)
{%- endmacro %}

{# Where the figures of a row come from: the release of ALDO and the kind of data; needs `execution` in scope. #}
{% macro provenance() -%}
    execution.version_aldo,
    execution.statut_donnees
{%- endmacro %}

{#
  Net and gross fluxes of a group in kt CO2e; the net one in kt C, which leaves N2O out (it holds no carbon); and the net one with
  N2O converted as it should be (44/28).
#}
{% macro flux_en_kt(alias) -%}
    {% for mesure in ['flux', 'sequestration', 'emission'] -%}
    {{ en_kt('sum(' ~ alias ~ '.' ~ mesure ~ '_tco2e)') }} as {{ mesure }}_kt_co2e,
    {% endfor -%}
    {{ en_kt('sum(' ~ alias ~ '.flux_tco2e - ' ~ alias ~ '.n2o_tco2e)') }} * {{ tc_par_tco2() }} as flux_kt_c,
    {{ en_kt('sum(' ~ alias ~ '.flux_tco2e - ' ~ alias ~ '.n2o_tco2e + ' ~ alias ~ '.n2o_corrige_tco2e)') }}
        as flux_n2o_corrige_kt_co2e
{%- endmacro %}

{# A published aggregate of fluxes by one column, under each wood approach, exact and as it is shown. #}
{% macro flux_agreges_par(colonne) %}
with agreges as (
    select
        {{ colonnes_communes_aux_marts('territoires') }},
        flux.{{ colonne }},
        approches.approche_bois,
        {{ flux_en_kt('flux') }},
        {{ provenance() }}
    from {{ ref('int_flux_territoires') }} as flux
    inner join {{ approches_bois() }} on coalesce(flux.approche_bois, approches.approche_bois) = approches.approche_bois
    {{ territoire_et_execution('flux') }}
    group by all
)

select
    agreges.*,
    {{ arrondis('agreges', ['flux_kt_co2e', 'sequestration_kt_co2e', 'emission_kt_co2e', 'flux_kt_c']) }}
from agreges
{% endmacro %}
