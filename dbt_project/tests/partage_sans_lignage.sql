-- A split is shared by weights only where the parent's own members are unknown. Two communes of ALDO that stand in the same two
-- communes of the target were merged, then split again: their exact lineage is known and must be used instead.
select
    premiere.code_commune_aldo,
    seconde.code_commune_aldo as autre_code_commune_aldo,
    count(*) as n_communes_partagees
from {{ ref('int_passage_aldo') }} as premiere
inner join {{ ref('int_passage_aldo') }} as seconde
    on
        premiere.code_commune = seconde.code_commune
        and premiere.code_commune_aldo < seconde.code_commune_aldo
group by premiere.code_commune_aldo, seconde.code_commune_aldo
having count(*) > 1
