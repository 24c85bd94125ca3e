-- The same sums for the user's own territories, which take their part of each row of ALDO at once.
select
    passage.maille,
    passage.code_territoire,
    {{ sommes_des_postes() }}
from {{ ref('int_flux_atmosphere') }} as flux
inner join {{ ref('int_passage_territoires') }} as passage on flux.code_commune_aldo = passage.code_commune_aldo
group by passage.maille, passage.code_territoire
