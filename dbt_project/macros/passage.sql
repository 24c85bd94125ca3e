{#
  Passage between two lists of communes (int_listes), in either direction: one row for each commune of the source and commune of the
  target that have land in common. `paires` is a query of the pairs wanted (millesime_source, millesime_cible).

  A source commune that stands wholly in one target commune goes there with weight 1, whatever happened in between. Otherwise it
  is shared by what its pieces measure, all of them in one and the same vintage: the newest in which each piece is a whole number of
  communes. Where no census counts them apart, people are shared by land, and `mesure_population` says so ('surface 2018'); where
  nothing measures them at all, the weights are null, never guessed.
#}
{% macro passage(paires) %}
with paires as (
    {{ paires }}
),

tailles as (
    select millesime, code_commune, count(*) as n_atomes
    from {{ ref('int_listes') }}
    group by all
),

communs as (
    select
        paires.millesime_source, source.code_commune as code_source,
        paires.millesime_cible, cible.code_commune as code_cible,
        count(*) as n_atomes
    from paires
    inner join {{ ref('int_composition') }} as source on paires.millesime_source = source.millesime
    inner join {{ ref('int_listes') }} as cible
        on paires.millesime_cible = cible.millesime and source.atome = cible.atome
    group by all
),

pieces as (
    select
        communs.*,
        count(*) over (partition by communs.millesime_source, communs.code_source, communs.millesime_cible) as n_pieces
    from communs
),

-- Communes of every vintage that touch a piece of a shared commune: the yardsticks it could be measured with.
touchees as (
    select distinct
        pieces.millesime_source, pieces.code_source, pieces.millesime_cible, pieces.code_cible, pieces.n_atomes,
        pieces.n_pieces, etalon.millesime, etalon.code_commune
    from pieces
    inner join {{ ref('int_composition') }} as source
        on pieces.millesime_source = source.millesime and pieces.code_source = source.code_commune
    inner join {{ ref('int_listes') }} as cible
        on
            pieces.millesime_cible = cible.millesime and pieces.code_cible = cible.code_commune
            and source.atome = cible.atome
    inner join {{ ref('int_composition') }} as etalon on source.atome = etalon.atome
    where pieces.n_pieces > 1
),

mesurees as (
    select
        touchees.millesime_source, touchees.code_source, touchees.millesime_cible, touchees.code_cible,
        touchees.n_pieces, mesures.methode, touchees.millesime, sum(mesures.valeur) as valeur
    from touchees
    inner join tailles on touchees.millesime = tailles.millesime and touchees.code_commune = tailles.code_commune
    inner join {{ ref('int_mesures') }} as mesures
        on touchees.millesime = mesures.millesime and touchees.code_commune = mesures.code_commune
    group by all
    having sum(tailles.n_atomes) = max(touchees.n_atomes)
),

completes as (
    select millesime_source, code_source, millesime_cible, methode, millesime
    from mesurees
    group by all
    having count(*) = max(n_pieces) and sum(valeur) > 0
),

retenues as (
    select millesime_source, code_source, millesime_cible, methode, max(millesime) as millesime
    from completes
    group by all
),

poids as (
    select
        mesurees.*,
        {{ part('mesurees.valeur', 'mesurees.millesime_source, mesurees.code_source, mesurees.millesime_cible, mesurees.methode') }}
            as poids
    from mesurees
    inner join retenues using (millesime_source, code_source, millesime_cible, methode, millesime)
)

select
    pieces.millesime_source,
    pieces.code_source,
    pieces.millesime_cible,
    pieces.code_cible,
    pieces.n_pieces,
    case
        when pieces.n_pieces > 1
            then case when {{ rang_de_liste('pieces.millesime_cible') }} < {{ rang_de_liste('pieces.millesime_source') }}
                then 'defusion' else 'partage' end
        when tailles.n_atomes > pieces.n_atomes then 'fusion'
        when pieces.code_source <> pieces.code_cible then 'changement de code'
        else 'inchangee'
    end as regle,
    case when pieces.n_pieces = 1 then 1.0 else surface.poids end as poids_surface,
    surface.millesime as mesure_surface,
    case when pieces.n_pieces = 1 then 1.0 else coalesce(population.poids, surface.poids) end as poids_population,
    coalesce(population.millesime, 'surface ' || surface.millesime) as mesure_population
from pieces
inner join tailles on pieces.millesime_cible = tailles.millesime and pieces.code_cible = tailles.code_commune
{% for methode in ['surface', 'population'] -%}
left join poids as {{ methode }}
    on
        pieces.millesime_source = {{ methode }}.millesime_source and pieces.code_source = {{ methode }}.code_source
        and pieces.millesime_cible = {{ methode }}.millesime_cible and pieces.code_cible = {{ methode }}.code_cible
        and {{ methode }}.methode = '{{ methode }}'
{% endfor %}
{% endmacro %}

{# Order of lists in time: ALDO's own comes after 2018, of which it has merged some. #}
{% macro rang_de_liste(millesime) %}replace({{ millesime }}, 'aldo', '2018 bis'){% endmacro %}
