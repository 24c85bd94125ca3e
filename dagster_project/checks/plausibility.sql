-- name: query
with flux as (from read_parquet($flux) where approche_bois = 'consommation'), stocks as (from read_parquet($stocks)),
indices as (
    select maille, code_territoire, 'accroissement_t_par_ha' as regle, sum(flux_tco2e) / nullif(sum(surface_ha), 0) as indice
    from flux where nature = 'accroissement_biologique' group by all
    union all
    select maille, code_territoire, 'impermeabilisation_t', min(flux_tco2e)
    from flux
    where occupation_finale = 'artificiels_impermeabilises' and occupation_initiale not like 'artificiels%' group by all
    union all
    select maille, code_territoire, 'conversion_emission_t_par_ha', max(flux_tco2e / nullif(surface_ha, 0))
    from flux where nature = 'changement_usage_sol' group by all
    union all
    select maille, code_territoire, 'conversion_sequestration_t_par_ha', min(flux_tco2e / nullif(surface_ha, 0))
    from flux where nature = 'changement_usage_sol' group by all
    union all
    select maille, code_territoire, 'bois_t_par_habitant', any_value(flux_kt) * 1000 / nullif(any_value(population), 0)
    from (
        select maille, code_territoire, sum(flux_tco2e) / 1000 as flux_kt from flux
        where nature = 'produits_bois' group by all
    ) inner join (select maille, code_territoire, population from read_parquet($territoires)) using (maille, code_territoire)
    where maille in ('departement', 'region') group by all
    union all
    select maille, code_territoire, 'stock_tc_par_ha', 1000 * sum(stock_kt_c) / nullif(sum(surface_ha), 0)
    from stocks group by all
)
from indices where maille in ('epci', 'departement', 'region', 'france') and indice is not null
union all
select 'france', 'FR', 'part_epci_ou_la_foret_est_un_puits', avg(cast(indice < 0 as integer))
from indices where maille = 'epci' and regle = 'accroissement_t_par_ha'
order by all;
