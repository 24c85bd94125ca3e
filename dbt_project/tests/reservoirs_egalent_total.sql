-- The reservoirs of a published row make its flux, and those of a territory its balance under each wood approach.
select
    flux.maille, flux.code_territoire, flux.nature, flux.occupation_initiale, flux.occupation_finale, flux.flux_tco2e as attendu,
    coalesce(flux.flux_sol_tco2e, 0) + coalesce(flux.flux_biomasse_tco2e, 0) + coalesce(flux.flux_litiere_tco2e, 0)
    + coalesce(flux.flux_n2o_tco2e, 0) + coalesce(flux.flux_produits_bois_tco2e, 0) as somme_des_reservoirs
from {{ ref('flux_carbone') }} as flux
where {{ different(
    'coalesce(flux.flux_sol_tco2e, 0) + coalesce(flux.flux_biomasse_tco2e, 0) + coalesce(flux.flux_litiere_tco2e, 0)'
    ~ ' + coalesce(flux.flux_n2o_tco2e, 0) + coalesce(flux.flux_produits_bois_tco2e, 0)', 'coalesce(flux.flux_tco2e, 0)') }}
union all
select
    bilan.maille, bilan.code_territoire, bilan.approche_bois as nature, null as occupation_initiale, null as occupation_finale,
    max(bilan.flux_kt_co2e) * 1000 as attendu, sum(flux.flux_tco2e) as somme_des_reservoirs
from {{ ref('bilan_global') }} as bilan
left join {{ ref('flux_par_reservoir') }} as flux
    on
        bilan.maille = flux.maille and bilan.code_territoire = flux.code_territoire
        and bilan.approche_bois = flux.approche_bois
group by bilan.maille, bilan.code_territoire, bilan.approche_bois
having {{ different('sum(flux.flux_tco2e)', 'max(bilan.flux_kt_co2e) * 1000') }}
