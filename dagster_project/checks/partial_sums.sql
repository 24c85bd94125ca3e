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

-- name: covered
-- Communes of which an inventory says something, in the order of the bits of `known`.
select inventaire, list(code_source order by code_source)
from (select distinct inventaire, code_source from intermediate.int_inventaires_cellules where etat = 'valeur')
group by all;

-- name: known
with rangs as (
    select inventaire, code_source, row_number() over (partition by inventaire order by code_source) - 1 as rang
    from (select distinct inventaire, code_source from intermediate.int_inventaires_cellules where etat = 'valeur')
)

select inventaire, annee, secteur, mesure, energie, bitstring_agg(rang, 0, ?)::text
from intermediate.int_inventaires_cellules
inner join rangs using (inventaire, code_source)
where etat = 'valeur'
group by all;
