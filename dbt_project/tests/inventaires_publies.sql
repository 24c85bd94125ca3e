-- No inventory is lost on the way: each that was read has rows in a published table.
select contrats.inventaire, contrats.fichier
from {{ ref('stg_inventaires') }} as contrats
where contrats.inventaire not in (
    select inventaire from {{ ref('inventaire_ges') }}
    union
    select inventaire from {{ ref('inventaire_polluants') }}
    union
    select inventaire from {{ ref('inventaire_energie') }}
    union
    select inventaire from {{ ref('inventaire_hors_total') }}
)
