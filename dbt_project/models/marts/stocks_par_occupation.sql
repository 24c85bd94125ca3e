-- One row a land use, so that areas add up; wood products stand on no land and are in stocks_carbone only.
with occupations as (
    select
        maille,
        code_territoire,
        occupation,
        occupation_n1,
        max(surface_ha) as surface_ha,
        max(longueur_km) as longueur_km,
        {% for nature in ['sol', 'biomasse_vivante', 'biomasse_morte', 'litiere'] -%}
        sum(stock_tc) filter (where nature_stock = '{{ nature }}') as {{ nature }},
        {% endfor -%}
        sum(stock_tc) as stock_tc
    from {{ ref('int_stocks_territoires') }}
    where occupation <> 'produits_bois'
    group by maille, code_territoire, occupation, occupation_n1
),

detail as (
    select
        {{ colonnes_communes_aux_marts('territoires') }},
        occupations.occupation,
        occupations.occupation_n1,
        cast(occupations.surface_ha as double) as surface_ha,
        cast(occupations.longueur_km as double) as haies_km,
        {% for nature in ['sol', 'biomasse_vivante', 'biomasse_morte', 'litiere'] -%}
        {{ en_kt('occupations.' ~ nature) }} as stock_{{ nature }}_kt_c,
        {% endfor -%}
        {{ en_kt('occupations.stock_tc') }} as stock_kt_c,
        cast(occupations.stock_tc as double) / nullif(cast(occupations.surface_ha as double), 0) as stock_tc_par_ha,
        {{ provenance() }}
    from occupations
    {{ territoire_et_execution('occupations') }}
)

select
    detail.*,
    {{ arrondis('detail', ['surface_ha', 'stock_kt_c', 'stock_tc_par_ha']) }}
from detail
