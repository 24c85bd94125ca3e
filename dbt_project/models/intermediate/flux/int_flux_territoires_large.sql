-- Projection and aggregation to the territories in one pass, while the table is still wide (unpivoting first costs eight times more).
select
    passage.maille,
    passage.code_territoire,
    {{ sommes_des_postes() }}
from {{ ref('int_flux_atmosphere') }} as flux
inner join {{ ref('int_appartenances') }} as passage on flux.code_commune_aldo = passage.code_commune_aldo
group by passage.maille, passage.code_territoire
