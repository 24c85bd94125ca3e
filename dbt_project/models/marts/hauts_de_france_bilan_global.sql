-- Hauts-de-France's own gross figures: nets by final land use of the territory shown, split by sign. They do not add up across territories.
with soldes as (
    select
        flux.maille,
        flux.code_territoire,
        approches.approche_bois,
        flux.occupation_finale_n1,
        sum(flux.flux_tco2e) as flux_tco2e
    from {{ ref('int_flux_territoires') }} as flux
    inner join {{ approches_bois() }} on coalesce(flux.approche_bois, approches.approche_bois) = approches.approche_bois
    group by all
)

select
    {{ colonnes_communes_aux_marts('territoires') }},
    soldes.approche_bois,
    {{ en_kt('sum(soldes.flux_tco2e)') }} as flux_net_kt_co2e,
    {{ en_kt('sum(least(soldes.flux_tco2e, 0))') }} as sequestration_nette_kt_co2e,
    {{ en_kt('sum(greatest(soldes.flux_tco2e, 0))') }} as emission_nette_kt_co2e,
    {{ convention_de_la_maison() }},
    {{ provenance() }}
from soldes
{{ territoire_et_execution('soldes') }}
where soldes.flux_tco2e is not null
group by all
