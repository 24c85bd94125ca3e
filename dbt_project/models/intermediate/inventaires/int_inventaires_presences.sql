{{ config(materialized='view') }}
-- Where the producer says that an absent row is a zero, what counts is that the territory is there that year: how many of those that
-- make up each published territory are.
with presences as (
    select cellules.inventaire, cellules.code_source, cellules.annee, bool_or(cellules.est_provisoire) as est_provisoire
    from {{ ref('int_inventaires_cellules') }} as cellules
    inner join {{ ref('stg_inventaires') }} as contrats on cellules.inventaire = contrats.inventaire
    where contrats.lignes_absentes = 'zero'
    group by all
)

select
    presences.inventaire,
    presences.annee,
    parts.maille,
    parts.code_territoire,
    count(*) as n_presentes,
    bool_or(presences.est_provisoire) as est_provisoire,
    bool_and(parts.est_reconstituable) as est_reconstituable
from presences
inner join {{ ref('stg_inventaires') }} as contrats on presences.inventaire = contrats.inventaire
inner join {{ ref('int_inventaires_appartenances') }} as parts
    on
        contrats.maille_source = parts.maille_source and contrats.millesime = parts.millesime
        and presences.code_source = parts.code_source
group by all
