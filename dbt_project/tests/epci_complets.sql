-- Every EPCI of the producer's list is published, with the number of communes that the producer announces.
select
    liste.epci as siren_epci,
    liste.nb_com as n_communes_annonce,
    territoires.n_communes
from {{ source('raw', 'epci_liste') }} as liste
inner join {{ ref('stg_execution') }} as execution on liste._edition = cast(execution.cog as string)
left join {{ ref('territoires') }} as territoires
    on territoires.maille = 'epci' and liste.epci = territoires.code_territoire
where liste.epci <> 'ZZZZZZZZZ' and territoires.n_communes is distinct from try_cast(liste.nb_com as integer)
