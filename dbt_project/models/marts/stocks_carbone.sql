-- By nature and origin, as TerriSTORY groups them. Densities are recomputed from totals.
with groupes as (
    select
        maille,
        code_territoire,
        nature_stock,
        origine,
        approche_bois,
        usage_bois,
        sum(stock_tc) as stock_tc,
        sum(surface_ha) as surface_ha
    from {{ ref('int_stocks_territoires') }}
    group by maille, code_territoire, nature_stock, origine, approche_bois, usage_bois
)

select
    {{ colonnes_communes_aux_marts('territoires') }},
    groupes.nature_stock,
    groupes.origine,
    approches.approche_bois,
    groupes.usage_bois,
    cast(groupes.surface_ha as double) as surface_ha,
    {{ en_kt('groupes.stock_tc') }} as stock_kt_c,
    cast(groupes.stock_tc as double) / nullif(cast(groupes.surface_ha as double), 0) as stock_tc_par_ha,
    {{ provenance() }}
from groupes
{{ sous_chaque_approche('groupes') }}
{{ territoire_et_execution('groupes') }}
