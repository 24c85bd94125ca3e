-- Stocks projected and summed to the territories, wide; areas and lengths are totals, densities are never projected.
select
    appartenances.maille,
    appartenances.code_territoire,
    {% for occupation in var('occupations') -%}
    sum({{ terme_exact('appartenances.poids__stock_des_sols * stocks.surface_ha__' ~ occupation.code) }})
        as surface_ha__{{ occupation.code }},
    {% endfor -%}
    {% for poste in postes_de_stock() -%}
    sum({{ terme_exact('appartenances.poids__' ~ poste.mesure ~ ' * stocks.stock_tc__' ~ poste.cle) }}) as stock_tc__{{ poste.cle }},
    {% endfor -%}
    sum({{ terme_exact('appartenances.poids__stock_des_sols * stocks.haies_km') }}) as haies_km
from {{ ref('int_stocks') }} as stocks
inner join {{ ref('int_appartenances') }} as appartenances on stocks.code_commune_aldo = appartenances.code_commune_aldo
group by appartenances.maille, appartenances.code_territoire
