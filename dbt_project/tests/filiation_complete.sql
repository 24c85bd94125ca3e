-- The filiation leads to the very communes of the target COG, to those of each vintage of boundaries and of EPCI: none missing, none extra.
-- A commune created out of nothing since 2014, or boundaries of a monthly edition, stop here.
with listes as (
    select cast(execution.cog as string) as millesime, communes.code_commune, 'insee_communes' as fichier
    from {{ ref('stg_insee__communes') }} as communes
    cross join {{ ref('stg_execution') }} as execution
    union all
    select cast(surfaces.millesime as string) as millesime, surfaces.code_commune, 'contours_communes' as fichier
    from {{ ref('stg_ign__surfaces') }} as surfaces
    union all
    select cast(composition.edition as string) as millesime, composition.code_commune, 'epci_composition' as fichier
    from {{ ref('stg_insee__epci_composition') }} as composition
),

fichiers as (
    select distinct millesime, fichier
    from listes
),

attendues as (
    select distinct fichiers.millesime, composition.code_commune, fichiers.fichier
    from fichiers
    inner join {{ ref('int_composition') }} as composition on fichiers.millesime = composition.millesime
)

select
    coalesce(listes.fichier, attendues.fichier) as fichier,
    coalesce(listes.millesime, attendues.millesime) as millesime,
    coalesce(listes.code_commune, attendues.code_commune) as code_commune,
    case
        when listes.code_commune is null
            then 'absente du fichier : édition mensuelle plutôt que COG, ou fichier tronqué ?'
        else 'sans ascendance dans insee_mouvements : fichiers de deux millésimes, ou édition mensuelle ?'
    end as motif
from listes
full outer join attendues
    on
        listes.fichier = attendues.fichier
        and listes.millesime = attendues.millesime
        and listes.code_commune = attendues.code_commune
where listes.code_commune is null or attendues.code_commune is null
