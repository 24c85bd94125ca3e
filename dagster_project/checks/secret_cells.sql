-- name: cells
-- Cells under statistical secrecy of one inventory, year and measure at a time: what no combination of published figures may give.
select cellules.inventaire, cellules.annee, cellules.mesure,
    list(cellules.code_source), list(cellules.secteur), list(cellules.energie)
from intermediate.int_inventaires_cellules as cellules
inner join staging.stg_inventaires as contrats using (inventaire)
left join (select distinct inventaire, annee, mesure, secteur_somme, energie_somme from intermediate.int_inventaires_sommes) as sommes
    on cellules.inventaire = sommes.inventaire and cellules.annee = sommes.annee and cellules.mesure = sommes.mesure
        and cellules.secteur = sommes.secteur_somme and cellules.energie = sommes.energie_somme
where cellules.etat = 'secret' and contrats.maille_source = 'commune' and sommes.inventaire is null
group by all;

-- name: sums
-- What each published sum of a producer is the sum of.
select inventaire, annee, mesure, secteur_somme, energie_somme, list((secteur, energie))
from intermediate.int_inventaires_sommes group by all;

-- name: shown
-- Figures that would be published and may hold a secret cell.
select publiables.inventaire, publiables.annee, publiables.secteur, publiables.mesure, publiables.energie, publiables.maille,
    publiables.code_territoire
from intermediate.int_inventaires_publiables as publiables
where publiables.valeur_connue is not null and (publiables.n_secretes > 0 or not publiables.est_partition);

-- name: contracts
select contrats.inventaire, contrats.millesime, split_part(methodes.mesure, 'inventaire_', 2), methodes.methode
from staging.stg_inventaires as contrats
cross join seeds.methodes_projection as methodes where methodes.mesure like 'inventaire_%';
