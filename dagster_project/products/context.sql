-- name: grades
-- Under the approach that pages show first; classes that hold nothing are left out.
select qualite.* from marts.qualite_reference as qualite
semi join places on qualite.maille = places.maille and qualite.code_territoire = places.code_territoire
where qualite.approche_bois = 'recolte' and qualite.flux_brut_tco2e > 0
order by qualite.maille, qualite.code_territoire, qualite.grade, qualite.flux_brut_tco2e desc, qualite.cause;

-- name: peers
select comparaison.* from marts.comparaison_territoires as comparaison
semi join places on comparaison.maille = places.maille and comparaison.code_territoire = places.code_territoire
order by comparaison.code_territoire, list_position(['flux_net', 'accroissement_biologique', 'changement_usage_sol', 'produits_bois'], comparaison.indicateur),
    list_position(['pairs', 'departement', 'region', 'france'], comparaison.groupe);

-- name: comparisons
select rapprochement.* from marts.rapprochement_national as rapprochement
semi join places on rapprochement.maille = places.maille and rapprochement.code_territoire = places.code_territoire
order by rapprochement.maille, rapprochement.code_territoire, rapprochement.rang;

-- name: consumption
select consommation.* from marts.consommation_espaces as consommation
semi join places on consommation.maille = places.maille and consommation.code_territoire = places.code_territoire
where consommation.destination = 'ensemble'
order by consommation.maille, consommation.code_territoire, consommation.annee;

-- name: costs
select cout.* from marts.cout_carbone_artificialisation as cout
semi join places on cout.maille = places.maille and cout.code_territoire = places.code_territoire
order by cout.maille, cout.code_territoire, cout.annee;
