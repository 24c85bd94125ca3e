-- Gross fluxes of territories by grade, cause and reference cell, under the wood approach that a flux has (t CO2e/yr, exact decimals), and the
-- area of forest that each covers. A cell that several communes share is one row: a sum of EPCI is not more certain than its parts.
with postes (cle, mesure, approche_bois) as (
    values
    {% for poste in postes() -%}
    ('{{ poste.cle }}', '{{ poste.mesure }}', {{ texte_sql(poste.approche) }}){% if not loop.last %},{% endif %}
    {% endfor %}
),

parts as (
    select
        appartenances.maille, appartenances.code_territoire, postes.approche_bois, flux.nature, flux.grade, flux.cause, flux.cellule,
        flux.flux_tco2e, flux.surface_foret_ha,
        case postes.mesure
            {% for mesure in mesures() %}when '{{ mesure }}' then appartenances.poids__{{ mesure }} {% endfor %}
        end as poids
    from {{ ref('int_flux_grades') }} as flux
    inner join postes on flux.cle = postes.cle
    inner join {{ ref('int_appartenances') }} as appartenances on flux.code_commune_aldo = appartenances.code_commune_aldo
)

select
    maille,
    code_territoire,
    approche_bois,
    nature,
    grade,
    cause,
    cellule,
    sum({{ terme_exact('poids * abs(flux_tco2e)') }}) as flux_brut_tco2e,
    sum({{ terme_exact('poids * surface_foret_ha') }}) as surface_foret_ha
from parts
group by all
