-- How many groups of sylvoecoregions each commune of ALDO's list has: their list is counted where a copy gives no number.
select
    insee as code_commune_aldo,
    coalesce(
        cast(nullif(groupes_ser_distincts, '') as integer),
        case when code_groupeser <> '' then length(code_groupeser) - length(replace(code_groupeser, ',', '')) + 1 else 0 end
    ) as n_groupes
from {{ source('raw', 'ign_groupes_ser') }}
