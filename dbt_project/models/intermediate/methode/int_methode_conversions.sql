{{ config(materialized='view') }}
-- Conversions computed anew from areas and reference values, without ALDO's unit fluxes: soil by zone, biomass as the difference of two
-- densities (a forest gained counts in its growth), litter of forests and of trees in town, N2O of what is lost (t CO2e/yr).
with references_ as (
    select
        conversions.code_commune_aldo,
        conversions.cle,
        conversions.surface_ha,
        conversions.flux_tco2e as publie,
        coalesce(sol.unitaire_sol, 0) as sol,
        case
            when conversions.finale_n1 <> 'forets'
                then {{ densite_biomasse('conversions.occupation_initiale', 'stocks') }}
                    - ({{ densite_biomasse('conversions.occupation_finale', 'stocks') }})
            else 0
        end / {{ tc_par_tco2() }} as biomasse,
        {% set litiere -%}
        case
            when conversions.initiale_n1 = 'forets' and conversions.occupation_finale <> 'artificiels_arbores' then -1
            when
                conversions.initiale_n1 <> 'forets'
                and conversions.occupation_initiale not in ('artificiels_impermeabilises', 'artificiels_arbores')
                and (conversions.finale_n1 = 'forets' or conversions.occupation_finale = 'artificiels_arbores')
                then 1
            else 0
        end * constantes.litiere_foret
        {%- endset -%}
        {{ vu_de_l_atmosphere(litiere) }} / {{ tc_par_tco2() }} as litiere,
        constantes.n2o_par_tco2_perdue__publie as n2o_par_tco2
    from {{ ref('int_conversions') }} as conversions
    inner join {{ ref('stg_aldo__flux_total') }} as communes
        on conversions.code_commune_aldo = communes.code_commune_aldo
    inner join {{ ref('stg_aldo__stocks') }} as stocks on conversions.code_commune_aldo = stocks.code_commune_aldo
    left join {{ ref('int_methode_sol') }} as sol on communes.zpc = sol.zpc and conversions.cle = sol.cle
    cross join {{ ref('int_constantes') }} as constantes
)

select
    code_commune_aldo,
    cle,
    surface_ha,
    publie,
    surface_ha * (sol + biomasse + litiere + n2o_par_tco2 * greatest(sol + litiere, 0)) as recalcule
from references_
