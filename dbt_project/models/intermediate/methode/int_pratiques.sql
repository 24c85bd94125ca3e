{{ config(materialized='view') }}
-- Additional storage of agricultural practices, seen from the atmosphere (t CO2e/ha/yr), in the release read here: for scenarios,
-- never part of the account.
with pratiques as (
    {{ en_vigueur('aldo_pratiques', ['pratique']) }}
)

select
    pratique,
    libelle,
    occupation_n1,
    duree_ans,
    source,  -- noqa: RF04
    {% for reservoir in ['sol', 'biomasse'] -%}
    {{ vu_de_l_atmosphere('flux_' ~ reservoir ~ '_tc_ha_an') }} / {{ tc_par_tco2() }} as flux_{{ reservoir }}_tco2e_ha_an{% if not loop.last %},{% endif %}
    {% endfor %}
from pratiques
