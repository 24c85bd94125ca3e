{# A name reduced to its letters and digits, to tell whether two are the same name: case, accents, punctuation and ligatures apart. #}
{% macro nom_compare(colonne) -%}
    trim({{ tout_remplacer("replace(" ~ sans_accents("lower(" ~ colonne ~ ")") ~ ", 'œ', 'oe')", '[^a-z0-9]+', ' ') }})
{%- endmacro %}

{#
  A published table of inventories: the rows of one family of measures and of some roles of sectors, each with its inventory, its
  perimeter and its completeness. `dimensions` are SQL of the columns of its own; `valeur` names the two columns of figures.
#}
{% macro inventaire_publie(famille, roles, dimensions, valeur, connue, condition='true') -%}
with publie as (
select
    {{ colonnes_communes_aux_marts('territoires') }},
    inventaires.inventaire,
    contrats.version_inventaire,
    contrats.perimetre,
    {% if famille == 'ges' %}contrats.jeu_prg,{% endif %}
    inventaires.annee,
    inventaires.est_provisoire,
    {% for dimension in dimensions -%}
    {{ dimension }},
    {% endfor -%}
    {% if 'hors_total' not in roles -%}
    secteurs.role as niveau,
    inventaires.est_partition as partition,
    {% endif -%}
    cast(inventaires.valeur_complete as double) as {{ valeur }},
    cast(inventaires.valeur_connue as double) as {{ connue }},
    inventaires.completude,
    inventaires.n_secretes > 0 as secret,
    {% if 'hors_total' not in roles -%}
    inventaires.somme_publiee,
    {% endif -%}
    cast(inventaires.n_attendues as integer) as n_territoires_attendus,
    cast(inventaires.n_renseignees as integer) as n_territoires_renseignes,
    {{ statut_inventaire('contrats.version_inventaire') }} as statut_donnees
from {{ ref('int_inventaires_publiables') }} as inventaires
inner join {{ ref('stg_inventaires') }} as contrats on inventaires.inventaire = contrats.inventaire
inner join {{ ref('inventaires_mesures') }} as mesures on inventaires.mesure = mesures.mesure
inner join {{ ref('inventaires_secteurs') }} as secteurs on inventaires.secteur = secteurs.secteur
{{ territoire_et_execution('inventaires') }}
where mesures.famille = '{{ famille }}' and secteurs.role in ({% for role in roles %}'{{ role }}'{% if not loop.last %}, {% endif %}{% endfor %})
    and {{ condition }}
)

select
    publie.*,
    {{ arrondis('publie', [valeur, connue]) }}
from publie
{%- endmacro %}

{# Invented figures are labelled as such whatever the mode: the version of an inventory, the edition of the footprint say so. #}
{% macro statut_inventaire(version) -%}
    case when {{ version }} like '%données de démonstration%' then 'données de démonstration' else execution.statut_donnees end
{%- endmacro %}
