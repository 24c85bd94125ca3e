{{ config(materialized='view') }}
-- The sign of published rows changes here and nowhere else: from ALDO's (positive = sequestration) to the atmosphere's
-- (negative = sequestration). Still wide, still ALDO's own communes; a reservoir that the file leaves out is null.
select
    total.code_commune_aldo,
    {% for poste in postes() -%}
    {% if not poste.approche %}{{ poste.table }}.surface_ha__{{ poste.cle }},{% endif %}
    {% for reservoir in ['sol', 'biomasse', 'litiere'] if poste.reservoirs -%}
    {% if reservoir in poste.reservoirs %}{{ vu_de_l_atmosphere('unitaire.sequestration_unitaire_tco2e_ha__' ~ poste.cle ~ '__' ~ reservoir) }}
    {%- else %}cast(null as double)
    {%- endif %} as flux_unitaire_tco2e_ha__{{ poste.cle }}__{{ reservoir }},
    {% endfor -%}
    {{ vu_de_l_atmosphere(poste.table ~ '.sequestration_tco2e__' ~ poste.cle) }} as flux_tco2e__{{ poste.cle }}{% if not loop.last %},{% endif %}
    {% endfor %}
from {{ ref('stg_aldo__flux_total') }} as total
inner join {{ ref('stg_aldo__accroissement_forets') }} as forets
    on total.code_commune_aldo = forets.code_commune_aldo
inner join {{ ref('stg_aldo__flux_unitaire') }} as unitaire
    on total.code_commune_aldo = unitaire.code_commune_aldo
-- Nothing is built on a file with an unreadable cell: the data test on stg_aldo__rejets stops here, and says where it is.
where not exists (select rejets.ligne from {{ ref('stg_aldo__rejets') }} as rejets)
