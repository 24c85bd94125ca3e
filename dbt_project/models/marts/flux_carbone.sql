-- The flux of a conversion is the sum of its reservoirs and of N2O; growth is living biomass, wood products are a reservoir of their own.
-- Rows that both wood approaches share stand under each: a sum is over one approach.
with reservoirs as (
    select
        maille,
        code_territoire,
        cle,
        {% for reservoir in ['sol', 'biomasse', 'litiere', 'n2o'] -%}
        sum(flux_tco2e) filter (where reservoir = '{{ reservoir }}') as {{ reservoir }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('int_reservoirs_territoires') }}
    group by maille, code_territoire, cle
)

select
    {{ colonnes_communes_aux_marts('territoires') }},
    flux.nature,
    flux.occupation_initiale,
    flux.occupation_finale,
    flux.occupation_finale_n1,
    approches.approche_bois,
    flux.usage_bois,
    cast(flux.surface_ha as double) as surface_ha,
    cast(flux.flux_tco2e as double) as flux_tco2e,
    cast(flux.sequestration_tco2e as double) as sequestration_tco2e,
    cast(flux.emission_tco2e as double) as emission_tco2e,
    cast(reservoirs.sol as double) as flux_sol_tco2e,
    cast(case flux.nature when 'accroissement_biologique' then flux.flux_tco2e else reservoirs.biomasse end as double)
        as flux_biomasse_tco2e,
    cast(reservoirs.litiere as double) as flux_litiere_tco2e,
    cast(reservoirs.n2o as double) as flux_n2o_tco2e,
    cast(case flux.nature when 'produits_bois' then flux.flux_tco2e end as double) as flux_produits_bois_tco2e,
    cast(case when reservoirs.n2o is not null then flux.n2o_corrige_tco2e end as double) as n2o_corrige_tco2e,
    cast(flux.flux_tco2e - flux.n2o_tco2e as double) * {{ tc_par_tco2() }} as flux_tc,
    {{ periode_et_annee() }},
    {{ provenance() }}
from {{ ref('int_flux_territoires') }} as flux
{{ sous_chaque_approche('flux') }}
left join reservoirs
    on
        flux.maille = reservoirs.maille and flux.code_territoire = reservoirs.code_territoire
        and flux.cle = reservoirs.cle
{{ territoire_et_execution('flux') }}
