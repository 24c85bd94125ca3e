-- Every commune of ALDO reaches communes of the target COG with weights that sum to 1 by both methods, and every
-- metropolitan commune of that COG receives something.
select passage.code_commune_aldo as code, 'commune d''ALDO sans commune au COG cible' as motif
from {{ ref('int_passage_aldo') }} as passage
left join {{ ref('int_communes') }} as communes on passage.code_commune = communes.code_commune
where communes.code_commune is null
union all
select aldo.code_commune_aldo as code, 'poids dont la somme n''est pas 1' as motif
from {{ ref('stg_aldo__flux_total') }} as aldo
left join {{ ref('int_passage_aldo') }} as passage on aldo.code_commune_aldo = passage.code_commune_aldo
group by aldo.code_commune_aldo
having
    count(*) <> count(passage.poids_surface) or count(*) <> count(passage.poids_population)
    or abs(sum(passage.poids_surface) - 1) > 1e-12 or abs(sum(passage.poids_population) - 1) > 1e-12
union all
select communes.code_commune as code, 'commune du COG cible qui ne recoit rien' as motif
from {{ ref('int_communes') }} as communes
left join {{ ref('int_passage_aldo') }} as passage on communes.code_commune = passage.code_commune
where communes.est_metropole and passage.code_commune is null
