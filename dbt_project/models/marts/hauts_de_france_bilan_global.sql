-- Hauts-de-France's own gross figures: nets by final land use of the territory shown, split by sign. They do not add up across territories.
with cadre as (
    {{ cadre_des_flux([]) }}
),

soldes as (
    {{ sommes_des_flux(['occupation_finale_n1']) }}
),

sommes as (
    select
        maille,
        code_territoire,
        approche_bois,
        sum(flux) as net,
        sum(least(flux, 0)) as sequestration_nette,
        sum(greatest(flux, 0)) as emission_nette
    from soldes
    where flux is not null
    group by maille, code_territoire, approche_bois
)

select
    {{ colonnes_communes_aux_marts('territoires') }},
    cadre.approche_bois,
    {{ en_kt(du_cadre('net')) }} as flux_net_kt_co2e,
    {{ en_kt(du_cadre('sequestration_nette')) }} as sequestration_nette_kt_co2e,
    {{ en_kt(du_cadre('emission_nette')) }} as emission_nette_kt_co2e,
    {{ convention_de_la_maison() }},
    {{ provenance() }}
{{ cadre_et_sommes([]) }}
{{ territoire_et_execution('cadre') }}
