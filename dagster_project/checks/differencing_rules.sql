-- name: of_aldo
-- What a row of each source is called: in today's communes, all of those that it went to, and in its own list.
select passage.code_commune_aldo,
    string_agg(passage.code_commune || ' ' || communes.nom_commune, ' + ' order by passage.code_commune),
    'ligne ALDO ' || passage.code_commune_aldo
from intermediate.int_passage_aldo as passage
inner join staging.stg_execution as execution on passage.millesime_cible = cast(execution.cog as varchar)
inner join intermediate.int_communes as communes using (code_commune)
group by passage.code_commune_aldo;

-- name: of_inventories
with lues as (
    select distinct inventaire, code_source from intermediate.int_inventaires_cellules
    where list_contains($inventories, inventaire)
)
select lues.code_source, string_agg(distinct passage.code_cible || ' ' || communes.nom_commune, ' + '),
    string_agg(distinct 'ligne ' || lues.inventaire || ' ' || lues.code_source, ', ')
from lues
inner join staging.stg_inventaires as contrats using (inventaire)
cross join staging.stg_execution as execution
inner join intermediate.int_passage_execution as passage
    on passage.millesime_source = contrats.millesime and passage.millesime_cible = cast(execution.cog as varchar)
        and passage.code_source = lues.code_source
inner join intermediate.int_communes as communes on passage.code_cible = communes.code_commune
where contrats.millesime = $vintage
group by lues.code_source;

-- name: memberships
-- Weights of nine decimals, summed exactly: what two territories share of a row adds up to what a third has of it. A territory of
-- the user's own that cuts communes of today has weights of its own.
with execution as (select cast(cog as varchar) as cog from staging.stg_execution),
entiers as (
    select membres.maille, membres.code_territoire, membres.code_commune
    from intermediate.int_membres as membres
    inner join intermediate.int_territoires as territoires using (maille, code_territoire)
    where territoires.n_communes_partielles = 0
),
pieces as (
    select 'aldo' as liste, code_commune_aldo as ligne, code_commune, poids_surface, poids_population
    from intermediate.int_passage_aldo inner join execution on millesime_cible = execution.cog
    union all
    select passage.millesime_source, passage.code_source, passage.code_cible, passage.poids_surface, passage.poids_population
    from intermediate.int_passage_execution as passage
    inner join execution on passage.millesime_cible = execution.cog
    where passage.millesime_source in (select millesime from staging.stg_inventaires where maille_source = 'commune')
),
coupes as (
    select maille, code_territoire, 'aldo' as liste, code_commune_aldo as ligne, poids_surface, poids_population
    from intermediate.int_passage_territoires
    union all
    select maille, code_territoire, millesime, code_source, poids_surface, poids_population
    from intermediate.int_inventaires_appartenances where maille_source = 'commune'
),
parts as (
    select entiers.maille, entiers.code_territoire, pieces.liste, pieces.ligne, pieces.poids_surface,
        pieces.poids_population
    from entiers inner join pieces using (code_commune)
    union all
    select coupes.* from coupes where (maille, code_territoire) not in (select (maille, code_territoire) from entiers)
)
select parts.maille || ' ' || parts.code_territoire || ' (COG ' || execution.cog || ')' as territoire, parts.liste,
    parts.ligne, sum(cast(parts.poids_surface as decimal(18, 9))) as surface,
    sum(cast(parts.poids_population as decimal(18, 9))) as population
from parts cross join execution
where parts.liste <> 'aldo' or parts.code_territoire <> 'FR_ENTIERE'
group by all order by all;

-- name: atoms
-- Releases of the first version of the set noted atoms of land: the part of a row's atoms that is inside stands for its weight.
with lignes as (
    select 'aldo' as liste, composition.atome, coalesce(corrections.code_commune_aldo, composition.code_commune) as ligne
    from intermediate.int_composition as composition
    left join seeds.corrections_aldo as corrections on composition.code_commune = corrections.code_commune
    where composition.millesime = 'aldo'
    union all
    select millesime, atome, code_commune from intermediate.int_composition
    where millesime in (select millesime from staging.stg_inventaires where maille_source = 'commune')
),
lignes_comptees as (select *, count(*) over (partition by liste, ligne) as n_atomes from lignes)
select anciens.territoire, liste, ligne, cast(count(*) / any_value(n_atomes) as decimal(18, 9)) as surface,
    surface as population
from read_parquet($path) as anciens inner join lignes_comptees using (atome) group by all;
