{{ config(materialized='view') }}
-- Figures of the inventories, one row each, in the producer's unit and words. A figure is a number, missing or secret (etat).
select
    inventaire,
    code as code_source,
    nom as nom_source,
    cast(annee as integer) as annee,
    cast(est_provisoire as boolean) as est_provisoire,
    secteur as libelle_secteur,
    energie as libelle_energie,
    usage as libelle_usage,
    mesure as libelle_mesure,
    unite,
    etat,
    cast(nombre as double) as nombre,
    1 / power(10, length(split_part(split_part(lower(nombre), 'e', 1), '.', 2))) as pas,
    colonne,
    fichier,
    _ligne as ligne
from {{ source('raw', 'inventaires_chiffres') }}
