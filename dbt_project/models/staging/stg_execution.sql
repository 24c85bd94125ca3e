-- One row: the choices of this refresh.
select
    cast(cog as integer) as cog,
    make_date(cast(cog as integer), 1, 1) as date_cog,
    cast(date_liste_aldo as date) as date_liste_aldo,
    edition_aldo,
    version_aldo,
    periode_aldo,
    cast(annees_aldo as integer) as annees_aldo,
    statut_donnees
from {{ source('raw', 'execution') }}
