-- Flux of each conversion by reservoir (t CO2e/yr): area times unit flux, and the N2O that comes with the carbon lost by soil and
-- litter together. Litter gained by trees on artificial land is in ALDO's totals but not in its unit fluxes: it is put back.
with completes as (
    select
        conversions.*,
        coalesce(
            conversions.unitaire_litiere,
            case
                when
                    conversions.occupation_finale = 'artificiels_arbores' and conversions.initiale_n1 <> 'forets'
                    and conversions.occupation_initiale <> 'artificiels_impermeabilises'
                    then {{ vu_de_l_atmosphere('constantes.litiere_foret') }} / {{ tc_par_tco2() }}
            end
        ) as litiere,
        constantes.n2o_par_tco2_perdue__publie,
        constantes.n2o_par_tco2_perdue__corrige
    from {{ ref('int_conversions') }} as conversions
    cross join {{ ref('int_constantes') }} as constantes
),

parts as (
    select
        *,
        surface_ha * unitaire_sol as flux_sol,
        surface_ha * unitaire_biomasse as flux_biomasse,
        surface_ha * litiere as flux_litiere,
        greatest(surface_ha * (coalesce(unitaire_sol, 0) + coalesce(litiere, 0)), 0) as perte
    from completes
)

{% for reservoir in ['sol', 'biomasse', 'litiere', 'n2o'] -%}
{% set flux = 'perte * n2o_par_tco2_perdue__publie' if reservoir == 'n2o' else 'flux_' ~ reservoir -%}
{% set corrige = 'perte * n2o_par_tco2_perdue__corrige' if reservoir == 'n2o' else 'flux_' ~ reservoir -%}
select
    code_commune_aldo,
    cle,
    '{{ reservoir }}' as reservoir,  -- noqa: RF04
    {{ flux }} as flux_tco2e,
    {{ corrige }} as flux_corrige_tco2e
from parts
where {{ flux }} <> 0
{% if not loop.last %}union all{% endif %}
{% endfor %}
