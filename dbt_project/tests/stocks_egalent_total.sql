-- ALDO's own identities on stocks, in each of its rows: area times densities is the total of a land use, wood is the sum of its uses,
-- length times density is that of hedges (to a kilogramme or so: lengths are rounded), and all of it is stock_tC under the recolte approach.
{% set haies = 'publie.densite_haies_tc_km * stocks.haies_km' %}
with identites as (
    {% for occupation in var('occupations') -%}
    select
        publie.code_commune_aldo,
        '{{ occupation.code }}' as partie,
        publie.stock_tc__{{ occupation.code }} as publie,
        {% for nature in reservoirs_du_stock(occupation).values() -%}
        stocks.stock_tc__{{ occupation.code }}__{{ nature }}{% if not loop.last %} + {% endif %}
        {%- endfor %} as recompose,
        1e-6 as tolerance
    from {{ ref('stg_aldo__stocks') }} as publie
    inner join {{ ref('int_stocks') }} as stocks on publie.code_commune_aldo = stocks.code_commune_aldo
    union all
    {% endfor -%}
    {% for approche in ['recolte', 'consommation'] -%}
    select
        code_commune_aldo, 'bois {{ approche }}' as partie, stock_bois_{{ approche }}_tc as publie,
        stock_tc__bois__{{ approche }}__bo + stock_tc__bois__{{ approche }}__bi as recompose, 1e-6 as tolerance
    from {{ ref('stg_aldo__stocks') }}
    union all
    {% endfor -%}
    select
        publie.code_commune_aldo, 'haies' as partie, publie.stock_tc__haies as publie, {{ haies }} as recompose, 1e-3 as tolerance
    from {{ ref('stg_aldo__stocks') }} as publie
    inner join {{ ref('int_stocks') }} as stocks on publie.code_commune_aldo = stocks.code_commune_aldo
    union all
    select
        publie.code_commune_aldo, 'total' as partie, publie.stock_total_tc as publie,
        {% for poste in postes_de_stock() if poste.approche != 'consommation' -%}
        coalesce(stocks.stock_tc__{{ poste.cle }}, 0){% if not loop.last %} + {% endif %}
        {%- endfor %} as recompose,
        1e-6 as tolerance
    from {{ ref('stg_aldo__stocks') }} as publie
    inner join {{ ref('int_stocks') }} as stocks on publie.code_commune_aldo = stocks.code_commune_aldo
)

select *, 'le stock publié n''est pas la somme de ses parties' as motif
from identites
where coalesce(abs(publie - recompose) > greatest(tolerance, 1e-9 * abs(publie)), publie is not null or recompose is not null)
