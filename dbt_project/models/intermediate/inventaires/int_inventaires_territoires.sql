{{ config(materialized='table') }}
-- Inventories projected and summed to the published territories; known parts only, with the count of those that are missing or secret.
with methodes as (
    select split_part(mesure, 'inventaire_', 2) as secteur, methode
    from {{ ref('methodes_projection') }}
    where mesure like 'inventaire_%'
),

-- Where the producer says that an absent row is a zero, what counts is that the territory is there that year.
presences as (
    select distinct cellules.inventaire, cellules.code_source, cellules.annee
    from {{ ref('int_inventaires_cellules') }} as cellules
    inner join {{ ref('stg_inventaires') }} as contrats on cellules.inventaire = contrats.inventaire
    where contrats.lignes_absentes = 'zero'
),

attendues as (
    select maille_source, millesime, maille, code_territoire, count(*) as n_attendues
    from {{ ref('int_inventaires_appartenances') }}
    group by all
),

presentes as (
    select presences.inventaire, presences.annee, parts.maille, parts.code_territoire, count(*) as n_presentes
    from presences
    inner join {{ ref('stg_inventaires') }} as contrats on presences.inventaire = contrats.inventaire
    inner join {{ ref('int_inventaires_appartenances') }} as parts
        on
            contrats.maille_source = parts.maille_source and contrats.millesime = parts.millesime
            and presences.code_source = parts.code_source
    group by all
),

parts as (
    select
        contrats.inventaire, parts.code_source, parts.maille, parts.code_territoire, methodes.secteur, parts.est_reconstituable,
        case methodes.methode when 'surface' then parts.poids_surface when 'population' then parts.poids_population end as poids
    from {{ ref('int_inventaires_appartenances') }} as parts
    inner join {{ ref('stg_inventaires') }} as contrats
        on parts.maille_source = contrats.maille_source and parts.millesime = contrats.millesime
    cross join methodes
),

sommes as (
    select
        cellules.inventaire,
        parts.maille,
        parts.code_territoire,
        cellules.annee,
        cellules.secteur,
        cellules.mesure,
        cellules.energie,
        bool_or(cellules.est_provisoire) as est_provisoire,
        bool_and(parts.est_reconstituable) as est_reconstituable,
        count(*) as n_lignes,
        count(*) filter (where cellules.etat = 'valeur' and parts.poids is not null) as n_valeurs,
        count(*) filter (where cellules.etat = 'secret') as n_secretes,
        count(*) filter (where cellules.etat = 'secret' and coalesce(parts.poids, 0) < 1) as n_secretes_partielles,
        sum({{ terme_exact('parts.poids * cellules.valeur') }}) as valeur
    from {{ ref('int_inventaires_cellules') }} as cellules
    inner join parts
        on
            cellules.inventaire = parts.inventaire and cellules.code_source = parts.code_source
            and cellules.secteur = parts.secteur
    group by all
)

select
    sommes.inventaire,
    sommes.maille,
    sommes.code_territoire,
    sommes.annee,
    sommes.secteur,
    sommes.mesure,
    sommes.energie,
    sommes.est_provisoire,
    sommes.est_reconstituable,
    sommes.n_secretes,
    sommes.n_secretes_partielles,
    sommes.valeur,
    attendues.n_attendues,
    sommes.n_valeurs + coalesce(presentes.n_presentes - sommes.n_lignes, 0) as n_renseignees
from sommes
inner join {{ ref('stg_inventaires') }} as contrats on sommes.inventaire = contrats.inventaire
inner join attendues
    on
        contrats.maille_source = attendues.maille_source and contrats.millesime = attendues.millesime
        and sommes.maille = attendues.maille and sommes.code_territoire = attendues.code_territoire
left join presentes
    on
        sommes.inventaire = presentes.inventaire and sommes.annee = presentes.annee
        and sommes.maille = presentes.maille and sommes.code_territoire = presentes.code_territoire
