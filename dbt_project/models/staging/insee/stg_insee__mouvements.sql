-- Events from commune to commune since 1943; name changes (MOD 10) move nothing, exact duplicates are folded.
select distinct
    mod as code_mouvement,
    cast(date_eff as date) as date_effet,
    com_av as code_avant,
    com_ap as code_apres
from {{ source('raw', 'insee_mouvements') }}
where typecom_av = 'COM' and typecom_ap = 'COM' and mod <> '10'
