-- Communes of the target COG in each published territory, with the share of the commune that is inside: 1, except where one of the
-- user's territories was drawn on another vintage and cuts a commune of this one.
with locaux as (
    select
        membres.maille,
        membres.code_territoire,
        membres.millesime,
        passage.code_source as code_commune,
        {{ part_dans_territoire('passage.poids_surface', 'passage.n_pieces') }} as part_surface,
        {{ part_dans_territoire('passage.poids_population', 'passage.n_pieces') }} as part_population
    from {{ ref('int_membres_locaux') }} as membres
    cross join {{ ref('stg_execution') }} as execution
    inner join {{ ref('int_passage_execution') }} as passage
        on
            passage.millesime_source = cast(execution.cog as varchar)
            and membres.millesime = passage.millesime_cible
            and membres.code_commune = passage.code_cible
    group by all
)

{% for maille, code in mailles().items() -%}
select
    '{{ maille }}' as maille,
    {{ code }} as code_territoire,
    cast(execution.cog as varchar) as millesime,
    communes.code_commune,
    1.0 as part_surface,
    1.0 as part_population
from {{ ref('int_communes') }} as communes
cross join {{ ref('stg_execution') }} as execution
where {{ code }} is not null
union all
{% endfor %}
select * from locaux
