-- name: official
select genre, code, nom from 'territoires_locaux.parquet'
union
select 'epci', epci, libepci from 'epci_liste.parquet'
where _edition = (select cog from 'execution.parquet')
union
select 'departement', dep, libelle from 'insee_departements.parquet'
union
select 'region', reg, libelle from 'insee_regions.parquet';
