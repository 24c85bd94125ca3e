-- name: sums
-- Keys of which some published sum is incomplete: who has a known sum, and which communes are known.
with sommes as (
    select publiables.*, contrats.millesime, coalesce(methodes.methode, 'population') as methode
    from intermediate.int_inventaires_publiables as publiables
    inner join staging.stg_inventaires as contrats using (inventaire)
    left join seeds.methodes_projection as methodes on methodes.mesure = 'inventaire_' || publiables.secteur
    where contrats.maille_source = 'commune' and publiables.valeur_connue is not null
)

select inventaire, annee, secteur, mesure, energie, millesime, any_value(methode),
    list(maille || ' ' || code_territoire order by maille, code_territoire) filter (where completude = 'complete'),
    list(maille || ' ' || code_territoire order by maille, code_territoire) filter (where completude <> 'complete')
from sommes
group by all
having count(*) filter (where completude <> 'complete') > 0;

-- name: known
-- Thousands of keys know a few sets of communes: each set goes to Python once.
create or replace temp table connus as
with par_cle as (
    select inventaire, annee, secteur, mesure, energie, list(code_source order by code_source) as communes
    from intermediate.int_inventaires_cellules where etat = 'valeur'
    group by all
)

select *, dense_rank() over (order by communes) as ensemble from par_cle;

-- name: known_sets
select ensemble, any_value(communes) from connus group by ensemble;

-- name: known_keys
select inventaire, annee, secteur, mesure, energie, ensemble from connus;
