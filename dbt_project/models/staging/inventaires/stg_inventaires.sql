-- Contracts of the inventories that this refresh reads, one row each.
select
    inventaire,
    version as version_inventaire,
    maille as maille_source,
    cast(cog as string) as millesime,
    perimetre,
    jeu_prg,
    lignes_absentes,
    cast(par_nom as boolean) as par_nom,
    titre,
    fichier,
    cast(parts_connues_min as integer) as parts_connues_min,
    cast(part_max as double) as part_max
from {{ source('raw', 'inventaires') }}
