-- Communes that Cerema's file describes, of the COG of its edition.
select distinct _edition as millesime, idcom as code_commune
from {{ source('raw', 'cerema_consommation') }}
