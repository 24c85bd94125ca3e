-- Hauts-de-France's own gross figures: nets by final land use of the territory shown, split by sign. They do not add up across territories.
with cadre as (
    {{ cadre_des_flux(['occupation_finale_n1']) }}
),

soldes as (
    select
        cadre.maille,
        cadre.code_territoire,
        cadre.approche_bois,
        cadre.occupation_finale_n1,
        {{ somme_du_cadre('flux.flux_tco2e') }} as flux_tco2e
    from cadre
    {{ flux_du_cadre(['occupation_finale_n1']) }}
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
