{{ config(materialized='view') }}
-- Figures of the inventories under the house's words and in its units; nothing is there as long as a word is unknown: the data test on
-- int_inventaires_rejets stops here, and says where it is. `pas` is the last decimal that the producer writes.
select
    mots.cellule,
    coalesce(epci.code_source, chiffres.code_source) as code_source,
    chiffres.annee,
    mots.code_usage = 'tous_usages' as est_tous_usages,
    chiffres.est_provisoire,
    chiffres.etat,
    {{ terme_exact('chiffres.nombre * mots.facteur') }} as valeur,
    chiffres.pas * mots.facteur as pas,
    false as somme_publiee,
    0 as n_sommes_fausses
from {{ ref('stg_inventaires__chiffres') }} as chiffres
inner join {{ ref('int_inventaires_mots') }} as mots
    on
        chiffres.inventaire = mots.inventaire and chiffres.libelle_secteur = mots.libelle_secteur
        and chiffres.libelle_energie = mots.libelle_energie and chiffres.libelle_usage = mots.libelle_usage
        and chiffres.libelle_mesure = mots.libelle_mesure and chiffres.unite = mots.unite
        and (chiffres.etat = 'valeur') = mots.est_chiffre
left join {{ ref('int_inventaires_epci') }} as epci
    on chiffres.inventaire = epci.inventaire and chiffres.nom_source = epci.nom_source
where not mots.est_ignore and not exists (select rejets.ligne from {{ ref('int_inventaires_rejets') }} as rejets)
