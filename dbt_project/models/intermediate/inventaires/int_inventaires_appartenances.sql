-- What part of each territory of an inventory (commune or EPCI, of the inventory's vintage) stands in each published territory: one
-- weight a method.
with execution as (
    select cast(cog as string) as millesime from {{ ref('stg_execution') }}
),

listes as (
    select distinct maille_source, millesime from {{ ref('stg_inventaires') }}
),

communes as (
    select
        passage.millesime_source as millesime, passage.code_source, membres.maille, membres.code_territoire,
        {% for methode in ['surface', 'population'] -%}
        cast({{ somme_complete('cast(passage.poids_' ~ methode ~ ' as decimal(18, 16))') }} as double) as poids_{{ methode }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('int_passage_execution') }} as passage
    inner join execution on passage.millesime_cible = execution.millesime
    inner join listes on passage.millesime_source = listes.millesime and listes.maille_source = 'commune'
    inner join {{ ref('int_membres') }} as membres on passage.code_cible = membres.code_commune
    where membres.maille in ({{ mailles() }})
    group by all
    union all
    select
        passage.millesime_source as millesime,
        passage.code_source,
        split_part(passage.millesime_cible, ':', 1) as maille,
        split_part(passage.millesime_cible, ':', 2) as code_territoire,
        passage.poids_surface,
        passage.poids_population
    from {{ ref('int_passage_execution') }} as passage
    inner join listes on passage.millesime_source = listes.millesime and listes.maille_source = 'commune'
    where passage.code_cible = 'dedans'
)

select
    'commune' as maille_source, communes.*, true as est_reconstituable
from communes
union all
select
    'epci' as maille_source, millesime, code_source, maille, code_territoire, poids as poids_surface, poids as poids_population,
    est_reconstituable
from {{ ref('int_inventaires_appartenances_epci') }}
