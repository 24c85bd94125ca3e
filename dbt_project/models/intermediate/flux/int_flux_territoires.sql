-- Projection and aggregation to the territories: one row a territory and item of ALDO's account, gross parts taken on ALDO's own rows
-- so that they add up everywhere. An item with neither area nor flux in the territory is left out; a null flux beside an area is a
-- conversion that ALDO counts but does not estimate.
with postes (cle, mesure, nature, occupation_initiale, occupation_finale, occupation_finale_n1, approche_bois, usage_bois) as (
    values
    {% for poste in postes() -%}
    ('{{ poste.cle }}', '{{ poste.mesure }}', '{{ poste.nature }}', {{ texte_sql(poste.initiale) }}, '{{ poste.finale }}',
        '{{ poste.finale_n1 }}', {{ texte_sql(poste.approche) }}, {{ texte_sql(poste.usage) }}){% if not loop.last %},{% endif %}
    {% endfor %}
),

parts as (
    select
        passage.maille,
        passage.code_territoire,
        flux.cle,
        case postes.mesure
            {% for mesure in mesures() %}when '{{ mesure }}' then passage.poids__{{ mesure }} {% endfor %}
        end as poids,
        flux.surface_ha,
        flux.flux_tco2e
    from {{ ref('int_flux_communes') }} as flux
    inner join postes on flux.cle = postes.cle
    inner join {{ ref('int_appartenances') }} as passage on flux.code_commune_aldo = passage.code_commune_aldo
),

sommes as (
    select
        maille,
        code_territoire,
        cle,
        sum({{ terme_exact('poids * surface_ha') }}) as surface_ha,
        sum({{ terme_exact('case when flux_tco2e < 0 then poids * flux_tco2e when flux_tco2e >= 0 then 0 end') }}) as sequestration_tco2e,
        sum({{ terme_exact('case when flux_tco2e > 0 then poids * flux_tco2e when flux_tco2e <= 0 then 0 end') }}) as emission_tco2e
    from parts
    group by maille, code_territoire, cle
)

select
    sommes.maille,
    sommes.code_territoire,
    sommes.cle,
    postes.nature,
    postes.occupation_initiale,
    postes.occupation_finale,
    postes.occupation_finale_n1,
    postes.approche_bois,
    postes.usage_bois,
    sommes.surface_ha,
    sommes.sequestration_tco2e + sommes.emission_tco2e as flux_tco2e,
    sommes.sequestration_tco2e,
    sommes.emission_tco2e,
    coalesce(n2o.flux_tco2e, 0) as n2o_tco2e,
    coalesce(n2o.flux_corrige_tco2e, 0) as n2o_corrige_tco2e
from sommes
inner join postes on sommes.cle = postes.cle
left join {{ ref('int_reservoirs_territoires') }} as n2o
    on
        sommes.maille = n2o.maille and sommes.code_territoire = n2o.code_territoire and sommes.cle = n2o.cle
        and n2o.reservoir = 'n2o'
where sommes.surface_ha > 0 or sommes.sequestration_tco2e < 0 or sommes.emission_tco2e > 0
