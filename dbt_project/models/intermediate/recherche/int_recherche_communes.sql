-- Under what a reader looks for the page of an EPCI: names, Insee and postal codes of its communes; those without EPCI lead to their departement.
select
    case when communes.siren_epci is null then 'departement' else 'epci' end as maille,
    coalesce(communes.siren_epci, communes.code_departement) as code_territoire,
    communes.code_commune,
    communes.nom_commune,
    coalesce(postaux.codes_postaux, '') as codes_postaux
from {{ ref('int_communes') }} as communes
left join {{ ref('stg_etalab__codes_postaux') }} as postaux on communes.code_commune = postaux.code_commune
