-- One row a territory and item of ALDO's account, at last in long form. An item with neither area nor flux in the
-- territory is left out; a null flux beside an area is a conversion that ALDO counts but does not estimate.
with postes (cle, nature, occupation_initiale, occupation_finale, occupation_finale_n1, approche_bois, usage_bois) as (
    values
    {% for poste in postes() -%}
    ('{{ poste.cle }}', '{{ poste.nature }}', {{ texte_sql(poste.initiale) }}, '{{ poste.finale }}', '{{ poste.finale_n1 }}',
        {{ texte_sql(poste.approche) }}, {{ texte_sql(poste.usage) }}){% if not loop.last %},{% endif %}
    {% endfor %}
),

longue as (
    select maille, code_territoire, cle, surface_ha, sequestration_tco2e, emission_tco2e
    from {{ ref('int_flux_territoires_large') }}
    unpivot include nulls (
        (surface_ha, sequestration_tco2e, emission_tco2e) for cle in (
            {% for poste in postes() -%}
            (surface_ha__{{ poste.cle }}, sequestration_tco2e__{{ poste.cle }}, emission_tco2e__{{ poste.cle }})
            as {{ poste.cle }}{% if not loop.last %},{% endif %}
            {% endfor %}
        )
    )
)

select
    longue.maille,
    longue.code_territoire,
    longue.cle,
    postes.nature,
    postes.occupation_initiale,
    postes.occupation_finale,
    postes.occupation_finale_n1,
    postes.approche_bois,
    postes.usage_bois,
    longue.surface_ha,
    longue.sequestration_tco2e + longue.emission_tco2e as flux_tco2e,
    longue.sequestration_tco2e,
    longue.emission_tco2e,
    coalesce(n2o.flux_tco2e, 0) as n2o_tco2e,
    coalesce(n2o.flux_corrige_tco2e, 0) as n2o_corrige_tco2e
from longue
inner join postes on longue.cle = postes.cle
left join {{ ref('int_reservoirs_territoires') }} as n2o
    on
        longue.maille = n2o.maille and longue.code_territoire = n2o.code_territoire and longue.cle = n2o.cle
        and n2o.reservoir = 'n2o'
where longue.surface_ha > 0 or longue.sequestration_tco2e < 0 or longue.emission_tco2e > 0
