-- One row: the choices of this refresh.
select
    cast(cog as integer) as cog,
    make_date(cast(cog as integer), 1, 1) as date_cog,
    cast(date_liste_aldo as date) as date_liste_aldo,
    edition_aldo,
    version_aldo,
    periode_aldo,
    cast(annees_aldo as integer) as annees_aldo,
    -- An edition of one year is one point of a series; a mean of several is none.
    case when annees_aldo = '1' then cast(periode_aldo as integer) end as annee_aldo,
    statut_donnees
from {{ source('raw', 'execution') }}
