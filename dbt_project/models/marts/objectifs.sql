-- Targets that territories have set themselves, beside the record of the same line: the change a year that is left to make from the last
-- definitive year of one inventory, and the change that was seen. A target is compared with nothing of another line, nor of another perimeter:
-- that of the European Union stands beside the record that its own annex starts from.
with references_connues as (
    select lignes.*
    from {{ ref('int_pcaet_inventaires') }} as lignes
    where lignes.valeur_du_cadre is not null and not lignes.est_provisoire
    qualify lignes.annee = max(lignes.annee) over (
        partition by lignes.maille, lignes.code_territoire, lignes.inventaire, lignes.identifiant
    )
),

comparees as (
    select
        cibles.*,
        constats.inventaire as inventaire_de_reference,
        constats.annee as annee_de_reference,
        constats.valeur_du_cadre as reference_du_cadre,
        coalesce(
            abs(cibles.objectif_du_cadre) / nullif(coalesce(constats.valeur_du_cadre, abs(depots.bilan_tco2e) / {{ tonnes_par_kt() }}), 0)
            between {{ var('glissement_d_unite')[0] }} and {{ var('glissement_d_unite')[1] }}, false
        ) as est_glissement
    from {{ ref('stg_objectifs_locaux') }} as cibles
    left join references_connues as constats
        on
            cibles.maille = constats.maille and cibles.code_territoire = constats.code_territoire and cibles.identifiant = constats.identifiant
            and cibles.annee > constats.annee and coalesce(cibles.inventaire, constats.inventaire) = constats.inventaire
    left join {{ ref('pcaet_ordre_inventaires') }} as ordre on constats.inventaire = ordre.inventaire
    -- A flux of ALDO is a mean and no series: of a target of sequestration, the unit alone is checked.
    left join {{ ref('pcaet_grille') }} as grille on cibles.identifiant = grille.identifiant
    left join {{ ref('pcaet_cadre_depot') }} as depots
        on cibles.maille = depots.maille and cibles.code_territoire = depots.code_territoire and grille.ligne_aldo = depots.ligne_du_cadre
    qualify row_number() over (
        partition by cibles.maille, cibles.code_territoire, cibles.identifiant, cibles.annee
        order by constats.valeur_du_cadre is null asc, coalesce(ordre.rang, 1) asc, constats.annee desc, constats.inventaire asc
    ) = 1
),

locaux as (
    select
        comparees.maille, comparees.code_territoire, comparees.identifiant, lignes.volet, lignes.ligne,
        'le territoire, ligne du cadre de dépôt' as perimetre_objectif, 'celle du cadre : séquestration positive, émission positive' as convention_de_signe,
        comparees.annee, lignes.unite, comparees.objectif_du_cadre, comparees.statut_objectif, comparees.source_objectif,
        comparees.inventaire_de_reference, contrats.version_inventaire as edition, comparees.annee_de_reference,
        cast(comparees.annee_de_reference as string) as periode_de_reference, comparees.reference_du_cadre,
        case
            when not comparees.est_glissement and comparees.objectif_du_cadre > 0 and comparees.reference_du_cadre > 0
                then {{ evolution_annuelle(
                    'comparees.reference_du_cadre', 'comparees.objectif_du_cadre', 'comparees.annee_de_reference', 'comparees.annee') }}
        end as evolution_necessaire_pct_par_an,
        tendances.evolution_pct_par_an as evolution_constatee_pct_par_an,
        case
            when comparees.est_glissement
                then 'glissement d''unité probable : de 300 à 3 000 fois notre valeur de la même ligne (t au lieu de kt, MWh au lieu de GWh, kg au lieu de t ?)'
        end as alerte
    from comparees
    inner join {{ ref('int_pcaet_lignes') }} as lignes on comparees.identifiant = lignes.identifiant
    left join {{ ref('inventaire_tendances') }} as tendances
        on
            comparees.maille = tendances.maille and comparees.code_territoire = tendances.code_territoire
            and comparees.identifiant = tendances.identifiant and comparees.inventaire_de_reference = tendances.inventaire
            and comparees.annee_de_reference = tendances.annee
    left join {{ ref('stg_inventaires') }} as contrats on comparees.inventaire_de_reference = contrats.inventaire
),

objectifs as (
    select
        {{ colonnes_communes_aux_marts('territoires') }},
        cibles.identifiant, cibles.volet, cibles.ligne, cibles.perimetre_objectif, cibles.convention_de_signe, cibles.annee, cibles.unite,
        cibles.objectif_du_cadre, cibles.statut_objectif,
        cibles.source_objectif as source,  -- noqa: RF04
        cibles.inventaire_de_reference as inventaire, cibles.edition, cibles.annee_de_reference, cibles.periode_de_reference,
        cibles.reference_du_cadre, cibles.evolution_necessaire_pct_par_an, cibles.evolution_constatee_pct_par_an, cibles.alerte,
        execution.statut_donnees
    from (
        select locaux.* from locaux
        union all
        select europeens.* from {{ ref('int_objectifs_ue') }} as europeens
    ) as cibles
    {{ territoire_et_execution('cibles') }}
)

select
    objectifs.*,
    {{ arrondis('objectifs', ['objectif_du_cadre', 'reference_du_cadre', 'evolution_necessaire_pct_par_an', 'evolution_constatee_pct_par_an']) }}
from objectifs
