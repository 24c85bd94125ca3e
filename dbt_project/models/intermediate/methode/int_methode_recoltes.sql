{{ config(materialized='view') }}
-- Theoretical harvest of each row of ALDO (m3 a year): stems and branches of the reference harvest, less losses.
select
    total.code_commune_aldo,
    total.population,
    total.region_ign,
    {% for poste in forets() -%}
    coalesce(forets.prelevements_m3_ha__{{ poste.cle }} * forets.surface_ha__{{ poste.cle }}, 0)
    * (constantes.perte_tige + constantes.perte_branches * (constantes.expansion_{{ poste.finale }} - 1))
    {%- if not loop.last %} + {% endif %}
    {%- endfor %} as recolte_m3
from {{ ref('stg_aldo__flux_total') }} as total
inner join {{ ref('stg_aldo__accroissement_forets') }} as forets on total.code_commune_aldo = forets.code_commune_aldo
cross join {{ ref('int_constantes') }} as constantes
