{# A bound of the seed bornes_coherence. #}
{% macro borne(regle) -%}
    (select bornes.borne from {{ ref('bornes_coherence') }} as bornes where bornes.regle = '{{ regle }}')
{%- endmacro %}

{# How far two counts of people stand from each other, from 0 to 1; ten people more on each side, so that hamlets do not alarm. #}
{% macro ecart_relatif(x, y) %}abs({{ x }} - {{ y }}) / ({{ x }} + {{ y }} + 10.0){% endmacro %}

{# The departement that a code of commune says. #}
{% macro departement_du_code(code) %}substr({{ code }}, 1, case when {{ code }} like '97%' then 3 else 2 end){% endmacro %}

{# From the CTE `inchangees`: each commune of a yearly list in both of the vintages between which nothing happened to it. #}
{% macro avant_et_apres(modele, millesime) -%}
from inchangees
{%- for cote in ['avant', 'apres'] %}
    inner join {{ ref(modele) }} as {{ cote }}
        on inchangees.millesime_{{ cote }} = cast({{ cote }}.{{ millesime }} as string) and inchangees.code_commune = {{ cote }}.code_commune
{%- endfor %}
{%- endmacro %}

{# Communes that are the same land, under the same code, in two following vintages of those that a query lists (millesime). #}
{% macro communes_inchangees(millesimes) -%}
    select avant.code_commune, avant.millesime as millesime_avant, apres.millesime as millesime_apres
    from (
        select listes.millesime, listes.suivant, composition.code_commune, sum(hash(composition.atome)) as atomes
        from (select millesime, lead(millesime) over (order by millesime) as suivant from ({{ millesimes }}) as connus) as listes
        inner join {{ ref('int_composition') }} as composition on listes.millesime = composition.millesime
        group by all
    ) as avant
    inner join (
        select millesime, code_commune, sum(hash(atome)) as atomes
        from {{ ref('int_composition') }}
        group by all
    ) as apres
        on avant.suivant = apres.millesime and avant.code_commune = apres.code_commune and avant.atomes = apres.atomes
{%- endmacro %}
