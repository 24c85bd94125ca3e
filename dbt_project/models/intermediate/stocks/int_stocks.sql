{{ config(materialized='view') }}
-- Stocks of each row of ALDO by item (tC), wide, and the area each land use stands on (ha). Where a release gives both kinds of
-- artificial land the same gross area, four fifths of it at most are sealed and trees come out of the last fifth first.
with surfaces as (
    select
        stocks.*,
        case when constantes.part_impermeabilisee is not null then least(
            stocks.surface_brute_ha__artificiels_impermeabilises,
            constantes.part_impermeabilisee
            * (stocks.surface_brute_ha__artificiels_impermeabilises + stocks.surface_brute_ha__artificiels_arbores)
        ) end as surface_impermeabilisee_ha
    from {{ ref('stg_aldo__stocks') }} as stocks
    cross join {{ ref('int_constantes') }} as constantes
    where not exists (select rejets.ligne from {{ ref('stg_aldo__rejets') }} as rejets)
),

portees as (
    select
        *,
        {% for occupation in var('occupations') -%}
        {% if occupation.code == 'artificiels_impermeabilises' %}coalesce(surface_impermeabilisee_ha, surface_brute_ha__artificiels_impermeabilises)
        {%- elif occupation.code == 'artificiels_arbustifs' %}surface_brute_ha__artificiels_arbustifs - coalesce(surface_impermeabilisee_ha, 0)
        {%- else %}surface_brute_ha__{{ occupation.code }}
        {%- endif %} as surface_ha__{{ occupation.code }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from surfaces
)

select
    code_commune_aldo,
    {% for occupation in var('occupations') -%}
    surface_ha__{{ occupation.code }},
    {% endfor -%}
    {% for poste in postes_de_stock() -%}
    {% if poste.occupation in ['haies', 'produits_bois'] %}stock_tc__{{ poste.cle }}
    {%- else %}surface_ha__{{ poste.occupation }} * densite_tc_ha__{{ poste.cle }}
    {%- endif %} as stock_tc__{{ poste.cle }},
    {% endfor -%}
    {% for code in haies_sur().values() -%}
    coalesce(haies_km__{{ code }}, 0){% if not loop.last %} + {% endif %}
    {%- endfor %} as haies_km
from portees
