-- Communes of the target COG: living communes only, not the delegated or associated ones that share their codes.
select
    communes.com as code_commune,
    communes.libelle as nom_commune,
    communes.dep as code_departement,
    communes.reg as code_region
from {{ source('raw', 'insee_communes') }} as communes
where communes.typecom = 'COM'
