-- The one place where carbon fluxes stand beside the emissions of an inventory: as ratios, never as a sum or a difference, and only
-- where both sides know the whole territory.
with flux as (
    select
        flux.maille,
        flux.code_territoire,
        approches.approche_bois,
        cast(sum(flux.flux_tco2e) as double) as flux_net,
        cast(sum(flux.sequestration_tco2e) as double) as sequestration_brute
    from {{ ref('int_flux_territoires') }} as flux
    {{ sous_chaque_approche('flux') }}
    group by all
),

etendues as (
    select secteur, count(*) as n_secteurs
    from {{ ref('inventaires_secteurs_parties') }}
    group by secteur
),

partitions as (
    select inventaires.*, etendues.n_secteurs
    from {{ ref('inventaire_ges') }} as inventaires
    inner join etendues on inventaires.secteur = etendues.secteur
    where inventaires.partition and inventaires.gaz = 'ges' and inventaires.completude <> 'non_reconstituable'
),

emissions as (
    select
        maille,
        code_territoire,
        inventaire,
        version_inventaire,
        perimetre,
        jeu_prg,
        annee,
        bool_or(est_provisoire) as est_provisoire,
        case
            when bool_or(secret) then 'secrete'
            when bool_and(completude = 'complete') and sum(n_secteurs) = 8 then 'complete'
            when bool_and(completude = 'absente') then 'absente'
            else 'partielle'
        end as completude,
        cast(sum({{ terme_exact('emissions_connues_tco2e') }}) as double) as emissions
    from partitions
    group by all
),

comparaison as (
    select
        {{ colonnes_communes_aux_marts('territoires') }},
        couvertures.couverture_aldo,
        flux.approche_bois,
        'secteur des terres et produits bois (ALDO)' as perimetre_flux,
        execution.periode_aldo as periode_flux,
        'celui d''ALDO (N2O : 273)' as jeu_prg_flux,
        emissions.inventaire,
        emissions.version_inventaire,
        emissions.perimetre as perimetre_inventaire,
        emissions.annee as annee_inventaire,
        emissions.est_provisoire as inventaire_est_provisoire,
        emissions.jeu_prg as jeu_prg_inventaire,
        emissions.completude as completude_inventaire,
        {% for ratio, figure in [('sequestration_brute', 'flux.sequestration_brute'), ('flux_net', 'flux.flux_net')] -%}
        case when emissions.completude = 'complete' and couvertures.couverture_aldo = 'complete' then 100 * {{ figure }} / nullif(emissions.emissions, 0) end
            as {{ ratio }}_sur_emissions_pct,
        {% endfor -%}
        'sous réserve' as comparabilite,
        'TerriSTORY (ORCAE) déconseille cette comparaison : échanges de CO2 des sols et de la biomasse, moyenne de plusieurs années, face à des'
        || ' émissions annuelles de plusieurs gaz' as reserve,
        'Hauts-de-France la pratique (le puits net y vaut 4 % des émissions régionales de 2018)' as pratique,
        execution.version_aldo,
        {{ statut_inventaire('emissions.version_inventaire') }} as statut_donnees
    from flux
    inner join emissions on flux.maille = emissions.maille and flux.code_territoire = emissions.code_territoire
    inner join {{ ref('territoires') }} as couvertures
        on flux.maille = couvertures.maille and flux.code_territoire = couvertures.code_territoire
    {{ territoire_et_execution('flux') }}
)

select
    comparaison.*,
    {{ arrondis('comparaison', ['sequestration_brute_sur_emissions_pct', 'flux_net_sur_emissions_pct']) }}
from comparaison
