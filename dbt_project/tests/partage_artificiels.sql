-- The 80/20 rule, recomputed: of the land that artificial soils take, four fifths at most are sealed, trees coming out of the last fifth
-- first. Only where the release applies it (constant part_impermeabilisee).
{% set departs = var('occupations') | rejectattr('code', 'in', ['artificiels_impermeabilises', 'artificiels_arbustifs']) | list -%}
with prises as (
    {% for depart in departs -%}
    {% set prise = 'surface_ha__' ~ depart.code ~ '__artificiels_' -%}
    select
        code_commune_aldo,
        '{{ depart.code }}' as occupation_initiale,
        {{ prise }}impermeabilises as impermeabilises,
        {{ prise }}impermeabilises + {{ prise }}arbustifs as prise_ha,
        {% if depart.code == 'artificiels_arbores' %}0{% else %}{{ prise }}arbores{% endif %} as arbores
    from {{ ref('stg_aldo__flux_total') }}
    where {{ prise }}impermeabilises + {{ prise }}arbustifs > 0
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    prises.*,
    least(prises.prise_ha, constantes.part_impermeabilisee * (prises.prise_ha + prises.arbores)) as attendu
from prises
cross join {{ ref('int_constantes') }} as constantes
where
    constantes.part_impermeabilisee is not null
    and abs(
        prises.impermeabilises
        - least(prises.prise_ha, constantes.part_impermeabilisee * (prises.prise_ha + prises.arbores))
    ) > 1e-6
