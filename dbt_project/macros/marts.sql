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

{# Sums of the items by the keys of a frame, tonnes a year: net, gross parts, net without N2O, net with N2O converted as it should be. #}
{% macro sommes_des_flux(colonnes) -%}
    select
        flux.maille,
        flux.code_territoire,
        approches.approche_bois,
        {% for colonne in colonnes %}flux.{{ colonne }},{% endfor %}
        sum(flux.flux_tco2e) as flux,
        sum(flux.sequestration_tco2e) as sequestration,
        sum(flux.emission_tco2e) as emission,
        sum(flux.flux_tco2e - flux.n2o_tco2e) as sans_n2o,
        sum(flux.flux_tco2e - flux.n2o_tco2e + flux.n2o_corrige_tco2e) as n2o_corrige
    from {{ ref('int_flux_territoires') }} as flux
    {{ sous_chaque_approche('flux') }}
    group by all
{%- endmacro %}

{# A frame with its sums, from the CTE `cadre` and `sommes`. #}
{% macro cadre_et_sommes(colonnes) -%}
from cadre
left join sommes
    on
        cadre.maille = sommes.maille and cadre.code_territoire = sommes.code_territoire
        and cadre.approche_bois = sommes.approche_bois
        {%- for colonne in colonnes %} and cadre.{{ colonne }} = sommes.{{ colonne }}{% endfor %}
{%- endmacro %}

{# A sum of a frame: zero where nothing took place, null where ALDO counts what did and estimates none of it. #}
{% macro du_cadre(somme) %}case when sommes.maille is null then 0 else sommes.{{ somme }} end{% endmacro %}

{# Where the figures of a row come from: the release of ALDO and the kind of data; needs `execution` in scope. #}
{% macro provenance() -%}
    execution.version_aldo,
    execution.statut_donnees
{%- endmacro %}

{# The period of ALDO's fluxes, and the year that it is where it is one: what a series could be made of; needs `execution` in scope. #}
{% macro periode_et_annee() -%}
    execution.periode_aldo as periode,
    execution.annee_aldo as annee
{%- endmacro %}

{# Net and gross fluxes of a frame in kt CO2e; the net one in kt C, without N2O, which holds no carbon; and with N2O corrected. #}
{% macro flux_en_kt() -%}
    {% for mesure in ['flux', 'sequestration', 'emission'] -%}
    {{ en_kt(du_cadre(mesure)) }} as {{ mesure }}_kt_co2e,
    {% endfor -%}
    {{ en_kt(du_cadre('sans_n2o')) }} * {{ tc_par_tco2() }} as flux_kt_c,
    {{ en_kt(du_cadre('n2o_corrige')) }} as flux_n2o_corrige_kt_co2e
{%- endmacro %}

{# A published aggregate of fluxes by one column, under each wood approach, exact and as it is shown. #}
{% macro flux_agreges_par(colonne) %}
with cadre as (
    {{ cadre_des_flux([colonne]) }}
),

sommes as (
    {{ sommes_des_flux([colonne]) }}
),

agreges as (
    select
        {{ colonnes_communes_aux_marts('territoires') }},
        cadre.{{ colonne }},
        cadre.approche_bois,
        {{ flux_en_kt() }},
        {{ periode_et_annee() }},
        {{ provenance() }}
    {{ cadre_et_sommes([colonne]) }}
    {{ territoire_et_execution('cadre') }}
)

select
    agreges.*,
    {{ arrondis('agreges', ['flux_kt_co2e', 'sequestration_kt_co2e', 'emission_kt_co2e', 'flux_kt_c']) }}
from agreges
{% endmacro %}
