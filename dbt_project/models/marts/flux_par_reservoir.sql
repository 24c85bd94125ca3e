-- The same account in long form by reservoir: carbon goes in kt C too, N2O holds none.
with lignes as (
    select
        flux.maille, flux.code_territoire, flux.nature, flux.occupation_initiale, flux.occupation_finale, flux.occupation_finale_n1,
        reservoirs.reservoir, flux.approche_bois, flux.usage_bois, reservoirs.flux_tco2e, reservoirs.flux_corrige_tco2e
    from {{ ref('int_flux_territoires') }} as flux
    inner join {{ ref('int_reservoirs_territoires') }} as reservoirs
        on
            flux.maille = reservoirs.maille and flux.code_territoire = reservoirs.code_territoire
            and flux.cle = reservoirs.cle
    union all
    select
        maille, code_territoire, nature, occupation_initiale, occupation_finale, occupation_finale_n1,
        case nature when 'produits_bois' then 'produits_bois' else 'biomasse' end as reservoir,  -- noqa: RF04
        approche_bois, usage_bois, flux_tco2e, flux_tco2e as flux_corrige_tco2e
    from {{ ref('int_flux_territoires') }}
    where nature <> 'changement_usage_sol' and flux_tco2e is not null
)

select
    {{ colonnes_communes_aux_marts('territoires') }},
    lignes.nature,
    lignes.occupation_initiale,
    lignes.occupation_finale,
    lignes.occupation_finale_n1,
    lignes.reservoir,
    approches.approche_bois,
    lignes.usage_bois,
    cast(lignes.flux_tco2e as double) as flux_tco2e,
    case when lignes.reservoir <> 'n2o' then cast(lignes.flux_tco2e as double) * {{ tc_par_tco2() }} end as flux_tc,
    cast(lignes.flux_corrige_tco2e as double) as flux_n2o_corrige_tco2e,
    {{ periode_et_annee() }},
    {{ provenance() }}
from lignes
{{ sous_chaque_approche('lignes') }}
{{ territoire_et_execution('lignes') }}
