-- The whole diagnosis of the PCAET form: 68 lines a territory, by inventory and year, each from one source; blocks stand side by side and are
-- never added. A line that nothing fills is there once, and says why. Sequestration has the sign of the house until publication.
with inventaires as (
    select
        lignes.maille, lignes.code_territoire, lignes.identifiant, lignes.inventaire, lignes.annee, cast(lignes.annee as string) as periode,
        lignes.valeur_du_cadre, lignes.completude, lignes.motif, lignes.est_provisoire, contrats.titre as origine,
        contrats.version_inventaire as edition, case when lignes.unite = 'kteq CO2' then contrats.jeu_prg end as jeu_prg,
        'positif = émission ou consommation' as convention_de_signe, {{ statut_inventaire('contrats.version_inventaire') }} as statut_donnees
    from {{ ref('int_pcaet_inventaires') }} as lignes
    inner join {{ ref('stg_inventaires') }} as contrats on lignes.inventaire = contrats.inventaire
    cross join {{ ref('stg_execution') }} as execution
    where not lignes.est_total
),

sequestration as (
    select
        depots.maille, depots.code_territoire, grille.identifiant, 'aldo' as inventaire,
        cast(right(execution.periode_aldo, 4) as integer) as annee, execution.periode_aldo as periode,
        depots.bilan_tco2e / {{ tonnes_par_kt() }} as valeur_du_cadre, territoires.couverture_aldo as completude,
        case when depots.bilan_tco2e is null then 'ALDO n''estime aucune des conversions de cette ligne' end as motif, false as est_provisoire,
        'ADEME, ALDO' as origine, depots.version_aldo as edition, 'celui d''ALDO (N2O : 273)' as jeu_prg,
        depots.convention_de_signe, depots.statut_donnees
    from {{ ref('pcaet_cadre_depot') }} as depots
    inner join {{ ref('pcaet_grille') }} as grille on depots.ligne_du_cadre = grille.ligne_aldo
    inner join {{ ref('territoires') }} as territoires
        on depots.maille = territoires.maille and depots.code_territoire = territoires.code_territoire
    cross join {{ ref('stg_execution') }} as execution
),

remplies as (
    select * from inventaires
    union all
    select * from sequestration
),

-- Each block of a year is of one inventory; what there is to file is the newest definitive year of the first that knows a line of it.
blocs as (
    select
        remplies.maille, remplies.code_territoire, grille.volet, grille.polluant, remplies.inventaire, remplies.annee,
        count(remplies.valeur_du_cadre) = 0 as est_inconnu, coalesce(min(ordre.rang), 1) as rang,
        row_number() over (
            partition by remplies.maille, remplies.code_territoire, grille.volet, grille.polluant
            order by
                count(remplies.valeur_du_cadre) = 0 asc, bool_or(remplies.est_provisoire) asc, coalesce(min(ordre.rang), 1) asc,
                remplies.annee desc, remplies.inventaire asc
        ) = 1 as est_a_deposer
    from remplies
    inner join {{ ref('pcaet_grille') }} as grille on remplies.identifiant = grille.identifiant
    left join {{ ref('pcaet_ordre_inventaires') }} as ordre on remplies.inventaire = ordre.inventaire
    group by remplies.maille, remplies.code_territoire, grille.volet, grille.polluant, remplies.inventaire, remplies.annee
),

choisis as (
    select
        *,
        row_number() over (
            partition by maille, code_territoire, volet, polluant, annee order by not est_a_deposer, est_inconnu, rang, inventaire
        ) = 1 as est_retenu
    from blocs
),

diagnostic as (
    select
        {{ colonnes_communes_aux_marts('territoires') }},
        grille.identifiant, grille.ordre, grille.volet, grille.ligne, remplies.inventaire, remplies.annee, remplies.periode, grille.unite,
        remplies.valeur_du_cadre, coalesce(remplies.completude, 'absente') as completude,
        case
            when remplies.identifiant is not null then remplies.motif
            when grille.volet = 'sequestration' then 'ALDO ne décrit pas ce territoire'
            else 'aucun inventaire lu n''a cette ligne pour ce territoire'
        end as motif,
        coalesce(remplies.est_provisoire, false) as est_provisoire,
        coalesce(choisis.est_retenu, true) as retenu, coalesce(choisis.est_a_deposer, true) as a_deposer,
        grille.obligatoire_decret = 'oui' as exige_par_le_decret, grille.obligatoire = 'oui' as exige_par_le_cadre,
        remplies.origine as source,  -- noqa: RF04
        remplies.edition,
        remplies.jeu_prg,
        coalesce(
            remplies.convention_de_signe,
            case when grille.volet = 'sequestration' then 'atmosphere' else 'positif = émission ou consommation' end
        ) as convention_de_signe,
        coalesce(remplies.statut_donnees, execution.statut_donnees) as statut_donnees
    from {{ ref('int_territoires') }} as territoires
    cross join {{ ref('pcaet_grille') }} as grille
    cross join {{ ref('stg_execution') }} as execution
    left join remplies
        on
            territoires.maille = remplies.maille and territoires.code_territoire = remplies.code_territoire
            and grille.identifiant = remplies.identifiant
    left join choisis
        on
            remplies.maille = choisis.maille and remplies.code_territoire = choisis.code_territoire and grille.volet = choisis.volet
            and grille.polluant is not distinct from choisis.polluant and remplies.inventaire = choisis.inventaire and remplies.annee = choisis.annee
)

select
    diagnostic.*,
    {{ arrondis('diagnostic', ['valeur_du_cadre']) }}
from diagnostic
