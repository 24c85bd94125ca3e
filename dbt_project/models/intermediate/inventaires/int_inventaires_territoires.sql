-- Inventories projected and summed to the published territories; known parts only, with the count of those that are missing or secret.
with methodes as (
    select split_part(mesure, 'inventaire_', 2) as secteur, methode
    from {{ ref('methodes_projection') }}
    where mesure like 'inventaire_%'
),

attendues as (
    select maille_source, millesime, maille, code_territoire, count(*) as n_attendues
    from {{ ref('int_inventaires_appartenances') }}
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
        bool_or(cellules.somme_publiee) as somme_publiee,
        sum({{ terme_exact('parts.poids * cellules.valeur') }}) as valeur,
        max({{ terme_exact('parts.poids * cellules.valeur') }}) as plus_grande_part
    from {{ ref('int_inventaires_cellules') }} as cellules
    inner join parts
        on
            cellules.inventaire = parts.inventaire and cellules.code_source = parts.code_source
            and cellules.secteur = parts.secteur
    group by all
),

-- A sector of which no territory of the inventory has a row, where an absent row is a zero: a zero, and not nothing.
combinaisons as (
    select distinct inventaire, secteur, mesure, energie from sommes
),

nuls as (
    select
        presentes.inventaire, presentes.maille, presentes.code_territoire, presentes.annee, combinaisons.secteur,
        combinaisons.mesure, combinaisons.energie, presentes.est_provisoire, presentes.est_reconstituable,
        0 as n_lignes, 0 as n_valeurs, 0 as n_secretes, 0 as n_secretes_partielles,
        false as somme_publiee, cast(0 as decimal(38, 9)) as valeur, 0 as plus_grande_part
    from {{ ref('int_inventaires_presences') }} as presentes
    inner join combinaisons on presentes.inventaire = combinaisons.inventaire
    left join sommes
        on
            presentes.inventaire = sommes.inventaire and presentes.annee = sommes.annee
            and presentes.maille = sommes.maille and presentes.code_territoire = sommes.code_territoire
            and combinaisons.secteur = sommes.secteur and combinaisons.mesure = sommes.mesure
            and combinaisons.energie = sommes.energie
    where sommes.inventaire is null
),

toutes as (
    select * from sommes
    union all
    select * from nuls
)

select
    sommes.inventaire, sommes.maille, sommes.code_territoire, sommes.annee, sommes.secteur, sommes.mesure, sommes.energie,
    sommes.est_provisoire, sommes.est_reconstituable, sommes.n_secretes, sommes.n_secretes_partielles, sommes.somme_publiee, sommes.valeur,
    sommes.plus_grande_part, attendues.n_attendues,
    sommes.n_valeurs + coalesce(presentes.n_presentes - sommes.n_lignes, 0) as n_renseignees
from toutes as sommes
inner join {{ ref('stg_inventaires') }} as contrats on sommes.inventaire = contrats.inventaire
inner join attendues
    on
        contrats.maille_source = attendues.maille_source and contrats.millesime = attendues.millesime
        and sommes.maille = attendues.maille and sommes.code_territoire = attendues.code_territoire
left join {{ ref('int_inventaires_presences') }} as presentes
    on
        sommes.inventaire = presentes.inventaire and sommes.annee = presentes.annee
        and sommes.maille = presentes.maille and sommes.code_territoire = presentes.code_territoire
