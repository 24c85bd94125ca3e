-- Nothing is lost or counted twice on the way: France has the stock of ALDO's rows, under each approach; departements and regions add up
-- to it; and so do areas.
with attendu as (
    select
        approches.approche_bois,
        sum(stocks.stock_total_tc - stocks.stock_bois_recolte_tc
            + case approches.approche_bois when 'recolte' then stocks.stock_bois_recolte_tc else stocks.stock_bois_consommation_tc end)
        / {{ tonnes_par_kt() }} as stock_kt_c
    from {{ ref('stg_aldo__stocks') }} as stocks
    cross join {{ approches_bois() }}
    group by all
),

publie as (
    select stocks.maille, stocks.approche_bois, sum(stocks.stock_kt_c) as stock_kt_c
    from {{ ref('stocks_carbone') }} as stocks
    where stocks.maille in ('departement', 'region', 'france')
    group by all
),

surfaces as (
    select maille, 'surfaces' as approche_bois, sum(surface_ha) as surface_ha
    from {{ ref('stocks_par_occupation') }}
    where maille in ('departement', 'region', 'france')
    group by all
),

sources as (
    select
        {% for occupation in var('occupations') if occupation.code != 'artificiels_arbustifs' -%}
        sum(stocks.surface_brute_ha__{{ occupation.code }}) +
        {%- endfor %}
        sum(case when constantes.part_impermeabilisee is null then stocks.surface_brute_ha__artificiels_arbustifs else 0 end)
            as surface_ha
    from {{ ref('stg_aldo__stocks') }} as stocks
    cross join {{ ref('int_constantes') }} as constantes
)

select publie.*, attendu.stock_kt_c as attendu
from publie
inner join attendu on publie.approche_bois = attendu.approche_bois
where {{ different('publie.stock_kt_c', 'attendu.stock_kt_c') }}
union all
select surfaces.*, sources.surface_ha as attendu
from surfaces
cross join sources
where {{ different('surfaces.surface_ha', 'sources.surface_ha') }}
