-- No inventory is lost on the way: each that was read has rows in a published table.
select contrats.inventaire, contrats.fichier
from {{ ref('stg_inventaires') }} as contrats
where contrats.inventaire not in (
    select inventaire_ges.inventaire from {{ ref('inventaire_ges') }} as inventaire_ges
    union
    select inventaire_polluants.inventaire from {{ ref('inventaire_polluants') }} as inventaire_polluants
    union
    select inventaire_energie.inventaire from {{ ref('inventaire_energie') }} as inventaire_energie
    union
    select inventaire_hors_total.inventaire from {{ ref('inventaire_hors_total') }} as inventaire_hors_total
)
