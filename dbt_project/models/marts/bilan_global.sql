-- Ratios are recomputed from totals, over the area and the people that ALDO covers.
with totaux as (
    select
        flux.maille,
        flux.code_territoire,
        approches.approche_bois,
        cast(sum(flux.flux_tco2e) as double) as flux_tco2e,
        {{ flux_en_kt('flux') }}
    from {{ ref('int_flux_territoires') }} as flux
    inner join {{ approches_bois() }} on coalesce(flux.approche_bois, approches.approche_bois) = approches.approche_bois
    group by all
)

select
    {{ colonnes_communes_aux_marts('territoires') }},
    totaux.approche_bois,
    totaux.flux_kt_co2e,
    totaux.sequestration_kt_co2e,
    totaux.emission_kt_co2e,
    totaux.flux_kt_c,
    totaux.flux_n2o_corrige_kt_co2e,
    totaux.flux_tco2e / nullif(territoires.surface_ha_couverte, 0) as flux_tco2e_par_ha,
    totaux.flux_tco2e / nullif(territoires.population_couverte, 0) as flux_tco2e_par_habitant,
    {{ provenance() }}
from totaux
{{ territoire_et_execution('totaux') }}
