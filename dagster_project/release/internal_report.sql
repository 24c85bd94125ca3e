-- name: evenements
-- Steps that moved land from ALDO's list to the target: what ALDO had already merged on 2019-01-01 is not among them, nor is a
-- commune that merely takes others in.
select distinct cast(filiation.date_effet as varchar) as date, filiation.code_mouvement as mod, filiation.code_avant,
    filiation.code_commune as code_apres
from intermediate.int_filiation as filiation
inner join staging.stg_execution as execution
    on filiation.date_effet > execution.date_liste_aldo and filiation.date_effet <= execution.date_cog
inner join intermediate.int_composition as aldo
    on filiation.atome = aldo.atome and aldo.millesime = 'aldo'
inner join intermediate.int_composition as avant
    on filiation.atome = avant.atome and avant.millesime = '2018'
where (filiation.code_avant <> filiation.code_commune or filiation.n_successeurs > 1)
    and not (filiation.date_effet = date '2019-01-01' and aldo.code_commune <> avant.code_commune)
order by all;

-- name: communes_partagees
select distinct code_commune_aldo, code_commune, regle, poids_surface, poids_population, mesure_surface,
    mesure_population
from intermediate.int_commune_lineage
where poids_surface < 1 or poids_population < 1
order by all;

-- name: surfaces
select coalesce(origine_surface, 'inconnue') as origine, count(*) as communes
from intermediate.int_communes
group by all
order by all;

-- name: territoires_propres
select maille, code_territoire, nom_territoire, n_communes, n_communes_partielles, n_epci, cog_composition
from marts.territoires
where maille not in ('epci', 'departement', 'region', 'france')
order by all;

-- name: communes_coupees
select maille, code_territoire, code_commune, part_surface, part_population
from intermediate.int_membres
where part_surface < 1 or part_surface is null
order by all;

-- name: methode
-- How far ALDO's published fluxes are from those computed anew, and where most.
select famille, count(*) as lignes, count(*) filter (where abs(ecart) <= 1e-6) as a_un_millionieme_de_tonne,
    max(abs(ecart)) as pire_ecart_t, sum(publie) as publie_t, sum(recalcule) as recalcule_t
from intermediate.int_rapprochement_aldo
group by all
order by all;

-- name: methode_pires_ecarts
select code_commune_aldo, cle, publie, recalcule, ecart,
    coalesce(motif, case when abs(ecart) <= 1e-6 then 'arrondi des nombres flottants' else 'inconnu' end) as cause
from intermediate.int_rapprochement_aldo
order by abs(ecart) desc, code_commune_aldo, cle limit 10;

-- name: methode_references_forestieres
-- The flux of a hectare of forest is not growth less deaths and harvest, times the carbon factor: ALDO applies IGN's carbon
-- balance (two decimals of tC where a commune has one group of ecoregions).
select cle, count(*) as lignes, count(*) filter (where abs(publie - recalcule) <= 0.05) as a_5_centiemes,
    avg(publie) as publie_moyen_t_ha, avg(recalcule) as recalcule_moyen_t_ha
from intermediate.int_methode_references
group by all
order by all;

-- name: references_non_retrouvees
-- Forest of which the published value is that of no zone of the IGN that the rule could take, by cause.
select references_forets.cause, count(distinct references_forets.code_commune_aldo) as communes, sum(references_forets.surface_ha) as surface_ha
from intermediate.int_references_forets as references_forets
where references_forets.grade = 'non_retrouve'
group by all
order by all;

-- name: references_non_retrouvees_premieres
-- The ten communes with most of it.
select references_forets.code_commune_aldo, noms.nom_commune, forets.groupe_ser, forets.greco,
    cast(sum(cast(references_forets.surface_ha as decimal(18, 3))) as double) as surface_ha
from intermediate.int_references_forets as references_forets
inner join staging.stg_aldo__accroissement_forets as forets using (code_commune_aldo)
left join intermediate.int_communes as noms on references_forets.code_commune_aldo = noms.code_commune
where references_forets.grade = 'non_retrouve'
group by all
order by surface_ha desc, references_forets.code_commune_aldo limit 10;

-- name: consommation_communes_absentes
-- Communes of the target that Cerema's file does not describe: their territories have no figure.
select communes.code_commune, communes.nom_commune, communes.siren_epci
from intermediate.int_communes as communes
where exists (select 1 from staging.stg_cerema__communes)
    and communes.code_commune not in (
        select passage.code_cible from intermediate.int_passage_execution as passage
        inner join staging.stg_cerema__communes as lues
            on passage.millesime_source = lues.millesime and passage.code_source = lues.code_commune
        inner join staging.stg_execution as execution on passage.millesime_cible = cast(execution.cog as varchar)
    )
order by all;

-- name: artificiels_comptes_deux_fois
select occupation_initiale, sum(surface_ha) as surface_ha_an, sum(flux_tco2e) as flux_tco2e
from intermediate.int_conversions
where initiale_n1 = 'sols_artificiels' and finale_n1 <> 'sols_artificiels'
group by all
order by all;

-- name: inventaires
select inventaire, version_inventaire, perimetre, jeu_prg from staging.stg_inventaires
order by all;

-- name: inventaires_noms_epci
select * exclude (ligne) from intermediate.int_inventaires_epci
order by all;

-- name: inventaires_non_reconstituables
select distinct inventaire, code_territoire from intermediate.int_inventaires_territoires
where maille = 'epci' and not est_reconstituable
order by all;

-- name: epci_d_une_seule_commune_source
-- EPCI of which some item is that of one commune of ALDO's list alone: a reader who knows which one knows its figure.
with lignes as (
    select appartenances.code_territoire, flux.cle, count(distinct flux.code_commune_aldo) as communes
    from intermediate.int_flux_communes as flux
    inner join intermediate.int_appartenances as appartenances using (code_commune_aldo)
    where appartenances.maille = 'epci'
group by all
)

select count(*) as cellules, count(*) filter (where communes = 1) as cellules_d_une_commune,
    count(distinct code_territoire) filter (where communes = 1) as epci_concernes
from lignes;
