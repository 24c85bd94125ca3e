-- The wood references of the stocks file, computed anew in every commune: local harvest, its part and that of people in the nation's, and
-- the stocks they give.
with recoltes as (
    select stocks.*, methode.recolte_m3, methode.region_ign, constantes.*
    from {{ ref('stg_aldo__stocks') }} as stocks
    inner join {{ ref('int_methode_recoltes') }} as methode on stocks.code_commune_aldo = methode.code_commune_aldo
    cross join {{ ref('int_constantes') }} as constantes
),

compares as (
    {% for usage in ['bo', 'bi'] -%}
    {% set recolte = 'coalesce(recolte_m3 * usages.part_recolte, 0)' -%}
    {% for quoi, publie, attendu in [
        ('récolte locale', 'recolte_locale_m3__' ~ usage, recolte),
        ('part de la récolte', 'part_recolte_france__' ~ usage, recolte ~ ' / recolte_' ~ usage ~ '_france'),
        ('stock, récolte', 'stock_tc__bois__recolte__' ~ usage,
            recolte ~ ' / recolte_' ~ usage ~ '_france * stock_bois_' ~ usage ~ '_france'),
        ('part de la population', 'part_population_france', 'population / population_france'),
        ('stock, consommation', 'stock_tc__bois__consommation__' ~ usage,
            'population / population_france * stock_bois_' ~ usage ~ '_france'),
    ] -%}
    select recoltes.code_commune_aldo, '{{ quoi }} ({{ usage }})' as reference, {{ publie }} as publie, {{ attendu }} as attendu
    from recoltes
    left join {{ ref('int_usages_bois') }} as usages
        on recoltes.region_ign = usages.region_ign and usages.usage_bois = '{{ usage }}'
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select *
from compares
where {{ different('publie', 'attendu') }}
