-- Published fluxes against those computed anew, one row a commune of ALDO's list and item that has either (t CO2e/yr), and what the
-- seed aldo_ecarts_methode knows of a difference. For the house: it describes communes.
with lignes as (
    select code_commune_aldo, cle, 'conversions' as famille, publie, recalcule from {{ ref('int_methode_conversions') }}
    union all
    select
        code_commune_aldo, cle,
        case when cle like 'bois%' then 'produits bois' else 'accroissement des forêts' end as famille,
        publie, recalcule
    from {{ ref('int_methode_forets') }}
    where publie <> 0 or recalcule <> 0
)

select
    lignes.*,
    coalesce(lignes.recalcule, 0) - coalesce(lignes.publie, 0) as ecart,
    ecarts.motif
from lignes
cross join {{ ref('stg_execution') }} as execution
left join {{ ref('aldo_ecarts_methode') }} as ecarts
    on lignes.cle = ecarts.initiale || '__' || ecarts.finale and execution.edition_aldo = ecarts.edition
