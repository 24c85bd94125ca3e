-- Sources that stand near each other, one row an ordered pair. A model of its own: a recursion would compute it at each of its steps.
select ici.id_source, autre.id_source as voisine
from {{ ref('int_sources_co2') }} as ici
{{ joint_proches('ici', ref('int_sources_co2'), 'rayon_site', 10) }}
where ici.id_source <> autre.id_source
