-- Every territory that ALDO covers has its two balances, and an uncovered one has none.
select territoires.maille, territoires.code_territoire, territoires.couverture_aldo, count(bilan.approche_bois) as n_bilans
from {{ ref('territoires') }} as territoires
left join {{ ref('bilan_global') }} as bilan
    on territoires.maille = bilan.maille and territoires.code_territoire = bilan.code_territoire
group by all
having count(bilan.approche_bois) <> case when territoires.couverture_aldo = 'absente' then 0 else 2 end
