-- How often chance alone reaches a score of attribution, one row a threshold.
select
    etalonnage.seuil as seuil_score,
    cast(etalonnage.n_panaches as integer) as n_panaches,
    etalonnage.n_temoins,
    etalonnage.taux_fausse_attribution,
    etalonnage.jeu as origine_panaches,
    licences.licence,
    execution.statut_donnees
from {{ ref('int_etalonnage') }} as etalonnage
inner join {{ ref('panaches_licences') }} as licences on licences.origine = case etalonnage.jeu when 'maison' then 'OCO-2' else 'reference' end
cross join {{ ref('stg_execution') }} as execution
