-- Ratios are recomputed from totals, over the area and the people that ALDO covers; rank 1 takes most up per hectare.
with cadre as (
    {{ cadre_des_flux([]) }}
),

sommes as (
    {{ sommes_des_flux([]) }}
),

totaux as (
    select
        cadre.maille,
        cadre.code_territoire,
        cadre.approche_bois,
        cast({{ du_cadre('flux') }} as double) as flux_tco2e,
        {{ flux_en_kt() }}
    {{ cadre_et_sommes([]) }}
),

bilan as (
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
        territoires.annee_population,
        {{ periode_et_annee() }},
        {{ provenance() }}
    from totaux
    {{ territoire_et_execution('totaux') }}
)

select
    bilan.*,
    case
        when bilan.flux_tco2e_par_ha is not null
            then cast(rank() over (partition by bilan.maille, bilan.approche_bois order by bilan.flux_tco2e_par_ha nulls last) as integer)
    end as rang_par_ha,
    cast(count(bilan.flux_tco2e_par_ha) over (partition by bilan.maille, bilan.approche_bois) as integer) as n_territoires_classes,
    {{ arrondis('bilan', [
        'flux_kt_co2e', 'sequestration_kt_co2e', 'emission_kt_co2e', 'flux_kt_c', 'flux_tco2e_par_ha', 'flux_tco2e_par_habitant'
    ]) }},
    {{ ordre_de_grandeur('bilan', 'flux_kt_co2e') }}
from bilan
