-- One row a territory and item of ALDO's stocks (tC), with the area of its land use (ha) or the length of hedges (km).
with postes (cle, nature_stock, origine, occupation, occupation_n1, approche_bois, usage_bois) as (
    values
    {% for poste in postes_de_stock() -%}
    ('{{ poste.cle }}', '{{ poste.nature }}', '{{ poste.origine }}', '{{ poste.occupation }}', '{{ poste.occupation_n1 }}',
        {{ texte_sql(poste.approche) }}, {{ texte_sql(poste.usage) }}){% if not loop.last %},{% endif %}
    {% endfor %}
),

stocks as (
    select maille, code_territoire, cle, stock_tc
    from {{ ref('int_stocks_territoires_large') }}
    unpivot (
        stock_tc for cle in (
            {% for poste in postes_de_stock() -%}
            stock_tc__{{ poste.cle }} as {{ poste.cle }}{% if not loop.last %},{% endif %}
            {% endfor %}
        )
    )
),

surfaces as (
    select maille, code_territoire, occupation, surface_ha
    from {{ ref('int_stocks_territoires_large') }}
    unpivot (
        surface_ha for occupation in (
            {% for occupation in var('occupations') -%}
            surface_ha__{{ occupation.code }} as {{ occupation.code }}{% if not loop.last %},{% endif %}
            {% endfor %}
        )
    )
)

select
    stocks.maille,
    stocks.code_territoire,
    postes.*,
    stocks.stock_tc,
    surfaces.surface_ha,
    case when postes.occupation = 'haies' then totaux.haies_km end as longueur_km
from stocks
inner join postes on stocks.cle = postes.cle
inner join {{ ref('int_stocks_territoires_large') }} as totaux
    on stocks.maille = totaux.maille and stocks.code_territoire = totaux.code_territoire
left join surfaces
    on
        stocks.maille = surfaces.maille and stocks.code_territoire = surfaces.code_territoire
        and postes.occupation = surfaces.occupation
