-- Sites around each plume that the wind points to, three at most: what may have caused it, never what did.
select
    'P' || cast(meilleurs.id_sondage as string) as id_panache,
    sites.id_site,
    cast(meilleurs.rang as integer) as rang,
    meilleurs.distance_km,
    meilleurs.ecart_angulaire_deg,
    meilleurs.score,
    panaches.debit_tco2_h / (meilleurs.tonnes / 8760) as rapport_au_debit_declare,
    'sous réserve' as comparabilite,
    'débit d''un instant vu du ciel, comparé à la moyenne d''une année déclarée ; d''autres sources peuvent contribuer' as reserve,
    licences.licence,
    execution.statut_donnees
from {{ ref('int_meilleurs_sites') }} as meilleurs
inner join {{ ref('int_sites_co2') }} as sites on meilleurs.chaine = sites.chaine
inner join {{ ref('panaches_co2') }} as panaches on 'P' || cast(meilleurs.id_sondage as string) = panaches.id_panache
inner join {{ ref('panaches_licences') }} as licences on sites.inventaire = licences.origine
cross join {{ ref('stg_execution') }} as execution
where meilleurs.jeu = 'maison'
