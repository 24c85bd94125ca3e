-- A unit that is not what the producer announces shows per inhabitant: kt for t, t for kg. Over all territories whose figures are known,
-- by inventory, year and measure; bounds and their sources are in the seed inventaires_mesures.
with territoires as (
    select
        inventaires.inventaire,
        inventaires.annee,
        inventaires.mesure,
        inventaires.maille,
        inventaires.code_territoire,
        cast(sum(inventaires.valeur) as double) as valeur,
        max(inventaires.n_renseignees / inventaires.n_attendues) as part_connue
    from {{ ref('int_inventaires_territoires') }} as inventaires
    inner join {{ ref('inventaires_secteurs') }} as secteurs on inventaires.secteur = secteurs.secteur
    where
        inventaires.maille = 'epci' and inventaires.est_reconstituable and secteurs.role <> 'hors_total'
        and not {{ est_une_somme('inventaires') }}
    group by all
),

-- People of the newest census that counts a commune: the target's year may have none.
habitants as (
    select code_commune, max_by(population, edition) as population
    from {{ ref('stg_insee__population') }}
    where population is not null
    group by code_commune
),

populations as (
    select membres.maille, membres.code_territoire, sum(habitants.population) as population
    from {{ ref('int_membres') }} as membres
    inner join habitants on membres.code_commune = habitants.code_commune
    where membres.maille = 'epci'
    group by membres.maille, membres.code_territoire
),

indices as (
    select
        territoires.inventaire,
        territoires.annee,
        territoires.mesure,
        sum(territoires.valeur) / nullif(sum(territoires.part_connue * populations.population), 0) as par_habitant
    from territoires
    inner join populations
        on territoires.maille = populations.maille and territoires.code_territoire = populations.code_territoire
    group by all
)

select
    indices.inventaire,
    contrats.fichier,
    indices.annee,
    indices.mesure,
    indices.par_habitant,
    mesures.unite || ' par habitant, entre ' || mesures.min_par_habitant || ' et ' || mesures.max_par_habitant as attendu,
    'vérifier l''unité de cette mesure dans le contrat de l''inventaire' as a_faire
from indices
inner join {{ ref('stg_inventaires') }} as contrats on indices.inventaire = contrats.inventaire
inner join {{ ref('inventaires_mesures') }} as mesures on indices.mesure = mesures.mesure
where coalesce(indices.par_habitant not between mesures.min_par_habitant and mesures.max_par_habitant, true)
