-- Communes of the target COG in each published territory, with the share of the commune that is inside: 1, except where one of the
-- user's territories was drawn on another vintage and cuts a commune of this one.
{% for maille, code in niveaux() -%}
select
    '{{ maille }}' as maille,
    {{ code }} as code_territoire,
    cast(execution.cog as string) as millesime,
    communes.code_commune,
    1.0 as part_surface,
    1.0 as part_population
from {{ ref('int_communes') }} as communes
cross join {{ ref('stg_execution') }} as execution
where {{ code }} is not null
union all
{% endfor %}
select
    locaux.maille,
    locaux.code_territoire,
    locaux.millesime,
    passage.code_source as code_commune,
    passage.poids_surface as part_surface,
    passage.poids_population as part_population
from (select distinct maille, code_territoire, millesime from {{ ref('stg_territoires_locaux') }}) as locaux
cross join {{ ref('stg_execution') }} as execution
inner join {{ ref('int_passage_execution') }} as passage
    on
        passage.millesime_source = cast(execution.cog as string)
        and locaux.maille || ':' || locaux.code_territoire = passage.millesime_cible
        and passage.code_cible = 'dedans'
