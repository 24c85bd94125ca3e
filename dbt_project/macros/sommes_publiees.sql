{# Whether a producer's sum is not that of its parts: to 0.5 % and what rounding each to the producer's step explains; parts that miss some may be less. #}
{% macro est_somme_fausse(somme, detail, parts, pas, toutes_connues) -%}
{% set tolerance = var('part_toleree_d_une_somme') ~ ' * ' ~ somme ~ ' + 0.5 * (' ~ parts ~ ' + 1) * ' ~ pas -%}
({{ detail }} - {{ somme }} > {{ tolerance }} or ({{ toutes_connues }} and {{ somme }} - {{ detail }} > {{ tolerance }}))
{%- endmacro %}

{#
  One row a group of keys, of rows that are parts or the producer's own sum of them (`est_somme`). Where all parts are known they are
  added, and the sum is counted among `n_sommes_fausses` when it is not theirs. Where a part is secret or missing, the sum takes their place when there is one (`somme_publiee`). Without parts, the sum is the figure.
#}
{% macro parts_ou_somme(relation, cles, est_somme, constantes=[]) -%}
{% set publiee = 'bool_or(' ~ est_somme ~ " and etat = 'valeur')" -%}
{% set toutes_connues = "coalesce(bool_and(etat = 'valeur') filter (where not " ~ est_somme ~ '), true)' -%}
{% set parts = 'count(*) filter (where not ' ~ est_somme ~ ')' -%}
{% set somme, detail = ['coalesce(sum(valeur) filter (where ' ~ est_somme ~ '), 0)', 'coalesce(sum(valeur) filter (where not ' ~ est_somme ~ '), 0)'] -%}
select
    {{ (cles + constantes) | join(', ') }},
    bool_or(est_provisoire) as est_provisoire,
    case
        when {{ parts }} = 0 then max(etat)
        when {{ publiee }} then 'valeur'
        when bool_or(etat = 'secret') then 'secret'
        when {{ toutes_connues }} then 'valeur'
        else 'manquant'
    end as etat,
    case when {{ parts }} = 0 or ({{ publiee }} and not {{ toutes_connues }}) then sum(valeur) filter (where {{ est_somme }})
        else sum(valeur) filter (where not {{ est_somme }}) end as valeur,
    ({{ parts }} > 0 and {{ publiee }} and not {{ toutes_connues }}) or bool_or(somme_publiee and not {{ est_somme }}) as somme_publiee,
    sum(n_sommes_fausses) + case
        when
            {{ parts }} > 0 and {{ publiee }}
            and {{ est_somme_fausse(somme, detail, parts, 'min(pas)', toutes_connues) }}
            then 1
        else 0
    end as n_sommes_fausses,
    min(pas) as pas
from {{ relation }}
group by {{ cles | join(', ') }}
{%- endmacro %}

{# Whether a row of an inventory's table is its producer's sum of others (int_inventaires_sommes). #}
{% macro est_une_somme(lignes) -%}
    exists (
        select sommes.inventaire
        from {{ ref('int_inventaires_sommes') }} as sommes
        where
            {{ lignes }}.inventaire = sommes.inventaire and {{ lignes }}.annee = sommes.annee and {{ lignes }}.mesure = sommes.mesure
            and {{ lignes }}.secteur = sommes.secteur_somme and {{ lignes }}.energie = sommes.energie_somme
    )
{%- endmacro %}
