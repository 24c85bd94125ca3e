-- Communes that were delegated or associated in another, and are communes again (MOD 20, 21): they take back their own land.
select distinct
    cast(date_eff as date) as date_effet,
    com_ap as code_commune
from {{ source('raw', 'insee_mouvements') }}
where typecom_av in ('COMD', 'COMA') and typecom_ap = 'COM' and mod in ('20', '21')
