-- name: members
select membres.maille, membres.code_territoire, contours.code_contour as code
from intermediate.int_membres as membres
inner join intermediate.int_contours as contours using (code_commune)
inner join marts.territoires as territoires using (maille, code_territoire)
where territoires.n_communes_partielles = 0
order by all;

-- name: territories
select maille, code_territoire, nom_territoire, cog, surface_ha, n_communes_partielles, statut_donnees
from marts.territoires
order by maille, code_territoire;

-- name: edition
select max(millesime), count(*) filter (where est_a_cheval) from intermediate.int_contours;
