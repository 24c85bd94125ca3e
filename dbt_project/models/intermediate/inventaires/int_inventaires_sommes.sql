-- Which rows of an inventory are its producer's sums of others, and which rows each of them is the sum of: all sectors beside each,
-- a group beside its sectors, all carriers beside some. What is no sum is the inventory's own partition. A sum is over sectors,
-- over carriers (`toutes_energies`), or both; it is whole (`est_entiere`) where its parts hold all of its sectors.
with presentes as (
    select distinct
        cellules.inventaire, cellules.annee, cellules.mesure, cellules.secteur, cellules.energie
    from {{ ref('int_inventaires_cellules') }} as cellules
    inner join {{ ref('inventaires_secteurs_parties') }} as connus on cellules.secteur = connus.secteur
),

tailles as (
    select secteur, count(*) as n_parties
    from {{ ref('inventaires_secteurs_parties') }}
    group by secteur
),

contenus as (
    select grands.secteur as ensemble, petits.secteur
    from {{ ref('inventaires_secteurs_parties') }} as grands
    inner join {{ ref('inventaires_secteurs_parties') }} as petits on grands.partie = petits.partie
    inner join tailles as tailles_grands on grands.secteur = tailles_grands.secteur
    inner join tailles as tailles_petits on petits.secteur = tailles_petits.secteur
    where
        tailles_petits.n_parties < tailles_grands.n_parties
        or (grands.secteur = 'total_du_producteur' and petits.secteur <> grands.secteur)
    group by grands.secteur, petits.secteur, tailles_petits.n_parties
    having count(*) = tailles_petits.n_parties
),

rangees as (
    select
        presentes.*,
        bool_or(contenus.secteur is not null) as est_sur_secteurs,
        bool_or(
            presentes.energie = 'toutes_energies' and autres.secteur = presentes.secteur and autres.energie <> 'toutes_energies'
        ) as est_sur_energies
    from presentes
    inner join presentes as autres
        on presentes.inventaire = autres.inventaire and presentes.annee = autres.annee and presentes.mesure = autres.mesure
    left join contenus on presentes.secteur = contenus.ensemble and autres.secteur = contenus.secteur
    group by all
),

parts as (
    select
        sommes.inventaire, sommes.annee, sommes.mesure, sommes.secteur as secteur_somme, sommes.energie as energie_somme,
        atomes.secteur, atomes.energie
    from rangees as sommes
    inner join rangees as atomes
        on
            sommes.inventaire = atomes.inventaire and sommes.annee = atomes.annee and sommes.mesure = atomes.mesure
            and (sommes.energie = atomes.energie or sommes.energie = 'toutes_energies')
    left join contenus on sommes.secteur = contenus.ensemble and atomes.secteur = contenus.secteur
    where
        (sommes.est_sur_secteurs or sommes.est_sur_energies)
        and not (atomes.est_sur_secteurs or atomes.est_sur_energies)
        and (sommes.secteur = atomes.secteur or contenus.secteur is not null)
),

etendues as (
    select
        parts.inventaire, parts.annee, parts.mesure, parts.secteur_somme, parts.energie_somme,
        count(distinct connus.partie) as n_parties
    from parts
    inner join {{ ref('inventaires_secteurs_parties') }} as connus on parts.secteur = connus.secteur
    group by all
)

select
    parts.*,
    parts.energie_somme in ('', 'toutes_energies') as est_toute_energie,
    etendues.n_parties = tailles.n_parties as est_entiere
from parts
inner join etendues
    on
        parts.inventaire = etendues.inventaire and parts.annee = etendues.annee and parts.mesure = etendues.mesure
        and parts.secteur_somme = etendues.secteur_somme and parts.energie_somme = etendues.energie_somme
inner join tailles on parts.secteur_somme = tailles.secteur
