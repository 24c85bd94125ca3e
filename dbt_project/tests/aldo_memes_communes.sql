-- ALDO's four files describe the same communes, and say the same of each: what one of them says is not read in the others.
{% set fichiers = ['aldo_flux_total', 'aldo_accroissement_forets', 'aldo_flux_unitaire', 'aldo_stocks'] %}
{% set descriptions = ['nom', 'epci', 'departement', 'region', 'zpc', 'inter_region', 'groupe_ser', 'greco', 'rad_13', 'population'] %}
with lignes as (
    {% for fichier in fichiers -%}
    select
        {{ code_a_cinq_caracteres('insee') }} as code_commune_aldo,
        '{{ fichier }}' as fichier,
        concat_ws('|', {{ descriptions | join(', ') }}) as description
    from {{ source('raw', fichier) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    code_commune_aldo,
    string_agg(fichier, ', ' order by fichier) as fichiers,
    min(description) as l_un_dit,
    max(description) as l_autre_dit
from lignes
group by code_commune_aldo
having count(*) <> {{ fichiers | length }} or count(distinct description) > 1
