{{ config(materialized='view') }}
-- Stocks of each row of ALDO by item (tC), wide, and the area each land use stands on (ha). Both kinds of artificial land carry the
-- same gross area: four fifths of it at most are sealed, trees come out of the last fifth first.
with surfaces as (
    select
        stocks.*,
        least(
            stocks.surface_brute_ha__artificiels_impermeabilises,
            constantes.part_impermeabilisee
            * (stocks.surface_brute_ha__artificiels_impermeabilises + stocks.surface_brute_ha__artificiels_arbores)
        ) as surface_impermeabilisee_ha
    from {{ ref('stg_aldo__stocks') }} as stocks
    cross join {{ ref('int_constantes') }} as constantes
    where not exists (select rejets.ligne from {{ ref('stg_aldo__rejets') }} as rejets)
),

portees as (
    select
        *,
        {% for occupation in var('occupations') -%}
        {% if occupation.code == 'artificiels_impermeabilises' %}surface_impermeabilisee_ha
        {%- elif occupation.code == 'artificiels_arbustifs' %}surface_brute_ha__artificiels_arbustifs - surface_impermeabilisee_ha
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
