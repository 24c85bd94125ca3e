-- name: official
select genre, code, nom from 'territoires_locaux.parquet'
union
select 'epci', "EPCI", "LIBEPCI" from 'epci_liste.parquet' where _edition = (select cog from 'execution.parquet')
union
select 'departement', "DEP", "LIBELLE" from 'insee_departements.parquet'
union
select 'region', "REG", "LIBELLE" from 'insee_regions.parquet';
