-- Communes that Cerema's file describes, of the COG of its edition.
-- Arrondissements of Paris, Lyon and Marseille are folded into their commune, unless it has a row of its own.
select distinct _edition as millesime, {{ commune_de_plein_exercice('idcom') }} as code_commune
from {{ source('raw', 'cerema_consommation') }}
