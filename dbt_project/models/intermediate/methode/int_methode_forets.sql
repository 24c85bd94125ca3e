{{ config(materialized='view') }}
-- Growth and wood products computed anew (t CO2e/yr, seen from the atmosphere). Growth: area times the reference flux of a hectare.
-- Wood: the nation's sink, shared by theoretical harvest and its uses in the region, or by people.
with flux as (  -- the wide view is planned once, not once an item
    select
        code_commune_aldo,
        {% for poste in forets() + produits_bois() -%}
        flux_tco2e__{{ poste.cle }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('int_flux_atmosphere') }}
)

{% for poste in forets() -%}
select
    forets.code_commune_aldo,
    '{{ poste.cle }}' as cle,
    flux.flux_tco2e__{{ poste.cle }} as publie,
    {{ vu_de_l_atmosphere('forets.surface_ha__' ~ poste.cle ~ ' * forets.sequestration_unitaire_tco2e_ha__' ~ poste.cle) }}
        as recalcule
from {{ ref('stg_aldo__accroissement_forets') }} as forets
inner join flux on forets.code_commune_aldo = flux.code_commune_aldo
union all
{% endfor -%}
{% for usage in ['bo', 'bi'] -%}
select
    recoltes.code_commune_aldo,
    'bois__recolte__{{ usage }}' as cle,
    flux.flux_tco2e__bois__recolte__{{ usage }} as publie,
    {{ vu_de_l_atmosphere('coalesce(recoltes.recolte_m3 * usages.part_recolte, 0)') }} / constantes.recolte_{{ usage }}_france
    * constantes.flux_bois_{{ usage }}_france as recalcule
from {{ ref('int_methode_recoltes') }} as recoltes
inner join flux on recoltes.code_commune_aldo = flux.code_commune_aldo
left join {{ ref('int_usages_bois') }} as usages
    on recoltes.region_ign = usages.region_ign and usages.usage_bois = '{{ usage }}'
cross join {{ ref('int_constantes') }} as constantes
union all
select
    recoltes.code_commune_aldo,
    'bois__consommation__{{ usage }}' as cle,
    flux.flux_tco2e__bois__consommation__{{ usage }} as publie,
    {{ vu_de_l_atmosphere('recoltes.population') }} / constantes.population_france * constantes.flux_bois_{{ usage }}_france as recalcule
from {{ ref('int_methode_recoltes') }} as recoltes
inner join flux on recoltes.code_commune_aldo = flux.code_commune_aldo
cross join {{ ref('int_constantes') }} as constantes
{% if not loop.last %}union all{% endif %}
{% endfor %}
