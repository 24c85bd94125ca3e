-- What part of each territory of an inventory (commune or EPCI, of the inventory's vintage) stands in each published territory: one
-- weight a method. An EPCI goes only where its composition is unchanged; the territories that it merely touches cannot be rebuilt.
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
),

epci_source as (
    select
        listes.millesime,
        epci.siren_epci as code_source,
        composition.atome,
        count(*) over (partition by listes.millesime, epci.siren_epci) as n_atomes
    from listes
    inner join {{ ref('stg_insee__epci_composition') }} as epci on listes.millesime = cast(epci.edition as string)
    inner join {{ ref('int_composition') }} as composition
        on listes.millesime = composition.millesime and epci.code_commune = composition.code_commune
    where listes.maille_source = 'epci' and epci.siren_epci is not null
),

membres as (
    select maille, code_territoire, millesime, code_commune
    from {{ ref('int_membres') }}
    where part_surface = 1
    union
    select maille, code_territoire, millesime, code_commune
    from {{ ref('int_membres_locaux') }}
),

membres_atomes as (
    select distinct membres.maille, membres.code_territoire, composition.atome
    from membres
    inner join {{ ref('int_composition') }} as composition
        on membres.millesime = composition.millesime and membres.code_commune = composition.code_commune
),

cibles as (
    select
        maille, code_territoire, atome,
        count(*) over (partition by maille, code_territoire) as n_atomes
    from membres_atomes
),

epci as (
    select
        epci_source.millesime,
        epci_source.code_source,
        cibles.maille,
        cibles.code_territoire,
        count(*) = max(epci_source.n_atomes) and count(*) = max(cibles.n_atomes) as est_reconstituable
    from epci_source
    inner join cibles on epci_source.atome = cibles.atome
    group by all
)

select
    'commune' as maille_source, communes.*, true as est_reconstituable
from communes
union all
select
    'epci' as maille_source, millesime, code_source, maille, code_territoire, 1.0 as poids_surface, 1.0 as poids_population,
    est_reconstituable
from epci
