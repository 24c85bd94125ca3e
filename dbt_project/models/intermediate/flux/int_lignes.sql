{{ config(materialized='view') }}
-- Totals of each row of ALDO by measure: what the house makes of them (`retenu`) and what the producer wrote, seen from the atmosphere
-- (`publie`). t CO2e a year for fluxes, tC for stocks; asked on demand.
select
    flux.code_commune_aldo,
    {% for mesure in mesures() -%}
    {% for poste in postes() if poste.mesure == mesure -%}
    coalesce(flux.flux_tco2e__{{ poste.cle }}, 0){% if not loop.last %} + {% endif %}
    {%- endfor %} as retenu__{{ mesure }},
    {% set publies = [] -%}
    {% for poste in postes() if poste.mesure == mesure -%}
    {% do publies.append('coalesce(' ~ poste.table ~ '.sequestration_tco2e__' ~ poste.cle ~ ', 0)') -%}
    {% endfor -%}
    {{ vu_de_l_atmosphere(publies | join(' + ')) }} as publie__{{ mesure }},
    {% endfor -%}
    {% for mesure in mesures_projetees() if mesure not in mesures() -%}
    {% for poste in postes_de_stock() if poste.mesure == mesure -%}
    coalesce(retenus.stock_tc__{{ poste.cle }}, 0){% if not loop.last %} + {% endif %}
    {%- endfor %} as retenu__{{ mesure }},
    {% if mesure == 'stock_des_sols' %}stocks.stock_total_tc - stocks.stock_bois_recolte_tc
    {%- else %}coalesce(stocks.{{ mesure }}_tc, 0)
    {%- endif %} as publie__{{ mesure }}{% if not loop.last %},{% endif %}
    {% endfor %}
from {{ ref('int_flux_atmosphere') }} as flux
inner join {{ ref('stg_aldo__flux_total') }} as total on flux.code_commune_aldo = total.code_commune_aldo
inner join {{ ref('stg_aldo__accroissement_forets') }} as forets on flux.code_commune_aldo = forets.code_commune_aldo
inner join {{ ref('stg_aldo__stocks') }} as stocks on flux.code_commune_aldo = stocks.code_commune_aldo
inner join {{ ref('int_stocks') }} as retenus on flux.code_commune_aldo = retenus.code_commune_aldo
