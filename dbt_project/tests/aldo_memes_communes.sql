-- ALDO's four files describe the same communes.
{% set fichiers = ['aldo_flux_total', 'aldo_accroissement_forets', 'aldo_flux_unitaire', 'aldo_stocks'] %}
with lignes as (
    {% for fichier in fichiers -%}
    select {{ code_a_cinq_caracteres('insee') }} as code_commune_aldo, '{{ fichier }}' as fichier from {{ source('raw', fichier) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select code_commune_aldo, string_agg(fichier, ', ' order by fichier) as seulement_dans
from lignes
group by code_commune_aldo
having count(*) <> {{ fichiers | length }}
