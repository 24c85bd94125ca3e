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

{# Rows of an item stand under its own approach, those common to both under each. #}
{% macro sous_chaque_approche(alias) -%}
inner join {{ approches_bois() }} on coalesce({{ alias }}.approche_bois, approches.approche_bois) = approches.approche_bois
{%- endmacro %}

{#
  What an aggregated table of fluxes holds, whatever took place: every territory that ALDO describes, each wood approach, every modality.
  `colonnes` are keys of the items (macros/postes.sql), under the names that int_flux_territoires gives them.
#}
{% macro cadre_des_flux(colonnes) -%}
{%- set modalites = [] -%}
{%- for poste in postes() -%}
    {%- set valeurs = [] -%}
    {%- for colonne in colonnes %}{% do valeurs.append("'" ~ poste[{'nature': 'nature', 'occupation_finale_n1': 'finale_n1'}[colonne]] ~ "'") %}{% endfor -%}
    {%- do modalites.append('(' ~ valeurs | join(', ') ~ ')') -%}
{%- endfor -%}
    select territoires.maille, territoires.code_territoire, approches.approche_bois
        {%- for colonne in colonnes %}, modalites.{{ colonne }}{% endfor %}
    from {{ ref('int_territoires') }} as territoires
    cross join {{ approches_bois() }}
    {%- if colonnes %}
    cross join (values {{ modalites | unique | join(', ') }}) as modalites ({{ colonnes | join(', ') }})
    {%- endif %}
    where territoires.n_communes_couvertes > 0
{%- endmacro %}

{# The items of a frame (`cadre`), none where nothing took place. #}
{% macro flux_du_cadre(colonnes) -%}
left join {{ ref('int_flux_territoires') }} as flux
    on
        cadre.maille = flux.maille and cadre.code_territoire = flux.code_territoire
        and coalesce(flux.approche_bois, cadre.approche_bois) = cadre.approche_bois
        {%- for colonne in colonnes %} and cadre.{{ colonne }} = flux.{{ colonne }}{% endfor %}
{%- endmacro %}

{# Sum of the items of a frame: zero where nothing took place, null where ALDO counts what did and estimates none of it. #}
{% macro somme_du_cadre(expression) %}case when count(flux.cle) = 0 then 0 else sum({{ expression }}) end{% endmacro %}

{# Where the figures of a row come from: the release of ALDO and the kind of data; needs `execution` in scope. #}
{% macro provenance() -%}
    execution.version_aldo,
    execution.statut_donnees
{%- endmacro %}

{#
  Net and gross fluxes of a frame in kt CO2e; the net one in kt C, which leaves N2O out (it holds no carbon); and the net one with
  N2O converted as it should be (44/28).
#}
{% macro flux_en_kt() -%}
    {% for mesure in ['flux', 'sequestration', 'emission'] -%}
    {{ en_kt(somme_du_cadre('flux.' ~ mesure ~ '_tco2e')) }} as {{ mesure }}_kt_co2e,
    {% endfor -%}
    {{ en_kt(somme_du_cadre('flux.flux_tco2e - flux.n2o_tco2e')) }} * {{ tc_par_tco2() }} as flux_kt_c,
    {{ en_kt(somme_du_cadre('flux.flux_tco2e - flux.n2o_tco2e + flux.n2o_corrige_tco2e')) }} as flux_n2o_corrige_kt_co2e
{%- endmacro %}

{# A published aggregate of fluxes by one column, under each wood approach, exact and as it is shown. #}
{% macro flux_agreges_par(colonne) %}
with cadre as (
    {{ cadre_des_flux([colonne]) }}
),

agreges as (
    select
        {{ colonnes_communes_aux_marts('territoires') }},
        cadre.{{ colonne }},
        cadre.approche_bois,
        {{ flux_en_kt() }},
        {{ provenance() }}
    from cadre
    {{ flux_du_cadre([colonne]) }}
    {{ territoire_et_execution('cadre') }}
    group by all
)

select
    agreges.*,
    {{ arrondis('agreges', ['flux_kt_co2e', 'sequestration_kt_co2e', 'emission_kt_co2e', 'flux_kt_c']) }}
from agreges
{% endmacro %}
