-- Lines of the PCAET form and totals of its blocks, in its order.
select identifiant, volet, ligne, unite, ordre, false as est_total
from {{ ref('pcaet_grille') }}
union all
select identifiant, volet, ligne, unite, 0 as ordre, true as est_total
from {{ ref('pcaet_totaux') }}
