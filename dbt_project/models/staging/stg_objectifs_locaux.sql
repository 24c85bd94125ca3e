-- Targets that territories have set themselves (FLUX_TARGETS), one row a line of the PCAET form and year, in the unit of the form.
select
    maille,
    code_territoire,
    identifiant,
    cast(annee as integer) as annee,
    cast(valeur as double) as objectif_du_cadre,
    nullif(inventaire, '') as inventaire,
    statut as statut_objectif,
    source as source_objectif
from {{ source('raw', 'objectifs_locaux') }}
