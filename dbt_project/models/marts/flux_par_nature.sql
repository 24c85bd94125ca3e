select
    {{ colonnes_communes_aux_marts('territoires') }},
    flux.nature,
    approches.approche_bois,
    {{ flux_en_kt('flux') }},
    execution.statut_donnees
from {{ ref('int_flux_territoires') }} as flux
inner join {{ approches_bois() }} on coalesce(flux.approche_bois, approches.approche_bois) = approches.approche_bois
inner join {{ ref('int_territoires') }} as territoires
    on flux.maille = territoires.maille and flux.code_territoire = territoires.code_territoire
cross join {{ ref('stg_execution') }} as execution
group by all
