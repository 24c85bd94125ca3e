-- The sequestration block of the PCAET deposit form, under the wood approach of that form (recolte).
select
    {{ colonnes_communes_aux_marts('territoires') }},
    lignes.libelle as ligne_du_cadre,
    lignes.libelle <> 'produits bois' as obligatoire,
    cast(sum(flux.flux_tco2e) as double) as bilan_tco2e,
    'moyenne annuelle ' || execution.periode_aldo as annee_de_reference,
    {{ convention_de_la_maison() }},
    {{ provenance() }}
from {{ ref('int_flux_territoires') }} as flux
{{ libelle('pcaet', 'usage', 'flux.occupation_finale_n1', 'lignes') }}
inner join {{ ref('int_territoires') }} as territoires
    on flux.maille = territoires.maille and flux.code_territoire = territoires.code_territoire
cross join {{ ref('stg_execution') }} as execution
where coalesce(flux.approche_bois, 'recolte') = 'recolte' and flux.flux_tco2e is not null
group by all
