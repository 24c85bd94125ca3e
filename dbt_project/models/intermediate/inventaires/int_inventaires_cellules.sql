-- One row an inventory, territory of its own, year, sector, measure (and carrier, for energy alone), in the house's units. A cell with
-- a secret part is secret, one with a missing part is missing; `valeur` is the sum of its known parts, null without any. Paris, Lyon
-- and Marseille are missing as long as one of their arrondissements is. Read three times: worth a table.
with chiffres as (
    select
        chiffres.inventaire,
        coalesce(epci.code_source, {{ commune_de_plein_exercice('chiffres.code_source') }}) as code_source,
        {{ arrondissement('chiffres.code_source') }} as arrondissement,
        chiffres.annee,
        secteurs.secteur,
        mesures.mesure,
        case mesures.famille when 'energie' then coalesce(energies.code, 'toutes_energies') else '' end as energie,
        chiffres.est_provisoire,
        chiffres.etat,
        {{ terme_exact('chiffres.nombre * unites.facteur') }} as valeur
    from {{ ref('stg_inventaires__chiffres') }} as chiffres
    inner join {{ ref('inventaires_correspondances') }} as noms_secteurs
        on
            chiffres.inventaire = noms_secteurs.inventaire and chiffres.libelle_secteur = noms_secteurs.libelle
            and noms_secteurs.dimension = 'secteur'
    inner join {{ ref('inventaires_secteurs') }} as secteurs on noms_secteurs.code = secteurs.secteur
    inner join {{ ref('inventaires_correspondances') }} as noms_mesures
        on
            chiffres.inventaire = noms_mesures.inventaire and chiffres.libelle_mesure = noms_mesures.libelle
            and noms_mesures.dimension = 'mesure'
    inner join {{ ref('inventaires_mesures') }} as mesures on noms_mesures.code = mesures.mesure
    inner join {{ ref('inventaires_unites') }} as unites
        on mesures.famille = unites.famille and chiffres.unite = unites.unite
    left join {{ ref('inventaires_correspondances') }} as energies
        on
            chiffres.inventaire = energies.inventaire and chiffres.libelle_energie = energies.libelle
            and energies.dimension = 'energie'
    left join {{ ref('int_inventaires_epci') }} as epci
        on chiffres.inventaire = epci.inventaire and chiffres.nom_source = epci.nom_source
    -- Nothing is built on a word that no seed knows: the data test on int_inventaires_rejets stops here, and says where it is.
    where
        not exists (select rejets.ligne from {{ ref('int_inventaires_rejets') }} as rejets)
        and coalesce(energies.code, '') <> 'ignore'
)

select
    inventaire,
    code_source,
    annee,
    secteur,
    mesure,
    energie,
    bool_or(est_provisoire) as est_provisoire,
    case
        when bool_or(etat = 'secret') then 'secret'
        when bool_or(etat = 'manquant') or {{ arrondissements_absents('code_source', 'arrondissement') }} then 'manquant'
        else 'valeur'
    end as etat,
    sum(valeur) as valeur
from chiffres
group by inventaire, code_source, annee, secteur, mesure, energie
