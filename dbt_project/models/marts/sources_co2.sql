-- Sites of CO2 that inventories declare, one row each: a registered installation, or those that stand together.
select
    {{ colonnes_communes_aux_marts('territoires') }},
    sites.id_site,
    coalesce(sites.nom_publie, sites.activite) as nom,
    sites.activite,
    sites.inventaires,
    cast(sites.n_sources as integer) as n_sources,
    cast(sites.annee as integer) as annee,
    sites.tonnes as emission_declaree_tco2_an,
    case when sites.a_co2 = 0 then 'CO2e' when sites.a_co2e = 0 then 'CO2' else 'CO2 et CO2e' end as gaz,
    round(sites.latitude, 2) as latitude_deg,
    round(sites.longitude, 2) as longitude_deg,
    cast(sites.precision_km as double) as precision_km,
    licences.licence,
    execution.statut_donnees
from {{ ref('int_sites_co2') }} as sites
cross join {{ ref('stg_execution') }} as execution
inner join {{ ref('panaches_licences') }} as licences on sites.inventaire = licences.origine
left join {{ ref('int_cellules') }} as cellules
    on {{ centiemes('sites.latitude') }} = cellules.latitude_centiemes and {{ centiemes('sites.longitude') }} = cellules.longitude_centiemes
left join {{ ref('int_territoires') }} as territoires on territoires.maille = 'epci' and cellules.siren_epci = territoires.code_territoire
