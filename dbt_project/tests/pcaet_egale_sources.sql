-- The diagnosis of the PCAET form: 68 lines a territory, one retained row a line and year, each the figure of its source in the unit of the form,
-- and a reason wherever there is no figure.
with sources as (
    select
        emissions.maille, emissions.code_territoire, grille.identifiant, emissions.annee, emissions.inventaire,
        emissions.emissions_tco2e / 1000 as valeur
    from {{ ref('inventaire_ges') }} as emissions
    inner join {{ ref('pcaet_grille') }} as grille on emissions.secteur = grille.secteur and grille.volet = 'emissions_ges'
    where emissions.gaz = 'ges' and emissions.partition
    union all
    select
        polluants.maille, polluants.code_territoire, grille.identifiant, polluants.annee, polluants.inventaire, polluants.emissions_kg / 1000 as valeur
    from {{ ref('inventaire_polluants') }} as polluants
    inner join {{ ref('pcaet_grille') }} as grille on polluants.secteur = grille.secteur and polluants.polluant = grille.polluant
    where polluants.partition
    union all
    select
        energies.maille, energies.code_territoire, grille.identifiant, energies.annee, energies.inventaire,
        case when count(energies.energie_gwh) = count(*) then sum(energies.energie_gwh) end as valeur
    from {{ ref('inventaire_energie') }} as energies
    inner join {{ ref('pcaet_grille') }} as grille on energies.secteur = grille.secteur and grille.volet = 'consommation_energetique'
    where energies.grandeur = 'consommation_energie' and energies.partition
    group by energies.maille, energies.code_territoire, grille.identifiant, energies.annee, energies.inventaire
    union all
    select
        flux.maille, flux.code_territoire, grille.identifiant, null as annee, 'aldo' as inventaire, sum(flux.flux_kt_co2e) as valeur
    from {{ ref('bilan_occupation_sols') }} as flux
    inner join {{ ref('libelles') }} as libelles on libelles.editeur = 'pcaet' and flux.occupation_finale_n1 = libelles.code
    inner join {{ ref('pcaet_grille') }} as grille on libelles.libelle = grille.ligne_aldo
    where flux.approche_bois = 'recolte'
    group by flux.maille, flux.code_territoire, grille.identifiant
)

select
    'source' as regle, concat_ws(' ', diagnostic.maille, diagnostic.code_territoire, diagnostic.identifiant, diagnostic.annee) as ligne,
    sources.valeur as attendu, diagnostic.valeur_du_cadre as constat
from {{ ref('pcaet_diagnostic') }} as diagnostic
left join sources
    on
        diagnostic.maille = sources.maille and diagnostic.code_territoire = sources.code_territoire
        and diagnostic.identifiant = sources.identifiant and diagnostic.inventaire = sources.inventaire
        and (diagnostic.annee = sources.annee or sources.inventaire = 'aldo')
where diagnostic.inventaire is not null and {{ different('diagnostic.valeur_du_cadre', 'sources.valeur') }}
union all
select 'valeur perdue' as regle, concat_ws(' ', sources.maille, sources.code_territoire, sources.identifiant, sources.annee) as ligne,
    sources.valeur as attendu, null as constat
from sources
left join {{ ref('pcaet_diagnostic') }} as diagnostic
    on
        sources.maille = diagnostic.maille and sources.code_territoire = diagnostic.code_territoire
        and sources.identifiant = diagnostic.identifiant and sources.inventaire = diagnostic.inventaire
        and (sources.annee = diagnostic.annee or sources.inventaire = 'aldo')
where diagnostic.maille is null
union all
select '68 lignes' as regle, concat_ws(' ', territoires.maille, territoires.code_territoire) as ligne, 68 as attendu,
    count(*) filter (where diagnostic.a_deposer) as constat
from {{ ref('territoires') }} as territoires
left join {{ ref('pcaet_diagnostic') }} as diagnostic
    on territoires.maille = diagnostic.maille and territoires.code_territoire = diagnostic.code_territoire
group by territoires.maille, territoires.code_territoire
having count(*) filter (where diagnostic.a_deposer) <> 68 or count(distinct diagnostic.identifiant) filter (where diagnostic.a_deposer) <> 68
union all
select 'une ligne retenue' as regle, concat_ws(' ', maille, code_territoire, identifiant, annee) as ligne, 1 as attendu,
    count(*) filter (where retenu) as constat
from {{ ref('pcaet_diagnostic') }}
group by maille, code_territoire, identifiant, annee
having count(*) filter (where retenu) <> 1
union all
select 'motif' as regle, concat_ws(' ', maille, code_territoire, identifiant, annee, inventaire) as ligne, null as attendu, valeur_du_cadre as constat
from {{ ref('pcaet_diagnostic') }}
where (valeur_du_cadre is null) <> (motif is not null)
