-- name: retained
-- Figures of the form of one EPCI, one a line and year; in the years to file alone, or in all.
select
    identifiant, ligne, annee, periode, arrondi_valeur_du_cadre as valeur, unite, inventaire, source, edition, est_provisoire, a_deposer, statut_donnees
from marts.pcaet_diagnostic
where maille = 'epci' and code_territoire = ? and retenu and valeur_du_cadre is not null
order by ordre, annee;

-- name: lines
select distinct identifiant, unite, volet = 'sequestration' as signed from marts.pcaet_diagnostic;

-- name: name
select nom_territoire from marts.territoires where maille = 'epci' and code_territoire = ?;
