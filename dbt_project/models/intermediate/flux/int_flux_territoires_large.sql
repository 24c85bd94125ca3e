-- Projection on the target COG and aggregation to the published meshes, in one pass while the table is still wide
-- (unpivoting first costs eight times more). Gross parts are taken on ALDO's own rows, so that they add up everywhere.
select
    case
        when grouping(communes.siren_epci) = 0 then 'epci'
        when grouping(communes.code_departement) = 0 then 'departement'
        when grouping(communes.code_region) = 0 then 'region'
        else 'france'
    end as maille,
    coalesce(communes.siren_epci, communes.code_departement, communes.code_region, 'FR') as code_territoire,
    {% for poste in postes() -%}
    {% set poids = 'passage.poids_' ~ poste.methode -%}
    {% set flux = 'flux.flux_tco2e__' ~ poste.cle -%}
    {% if poste.approche -%}
    cast(null as decimal(38, 9)) as surface_ha__{{ poste.cle }},
    {% else -%}
    sum({{ terme_exact(poids ~ ' * flux.surface_ha__' ~ poste.cle) }}) as surface_ha__{{ poste.cle }},
    {% endif -%}
    sum({{ terme_exact('case when ' ~ flux ~ ' < 0 then ' ~ poids ~ ' * ' ~ flux ~ ' when ' ~ flux ~ ' >= 0 then 0 end') }})
        as sequestration_tco2e__{{ poste.cle }},
    sum({{ terme_exact('case when ' ~ flux ~ ' > 0 then ' ~ poids ~ ' * ' ~ flux ~ ' when ' ~ flux ~ ' <= 0 then 0 end') }})
        as emission_tco2e__{{ poste.cle }}{% if not loop.last %},{% endif %}
    {% endfor %}
from {{ ref('int_flux_atmosphere') }} as flux
inner join {{ ref('int_passage_aldo') }} as passage on flux.code_commune_aldo = passage.code_commune_aldo
inner join {{ ref('int_communes') }} as communes on passage.code_commune = communes.code_commune
group by
    grouping sets ((communes.siren_epci), (communes.code_departement), (communes.code_region), ())  -- noqa: PRS, RF02
having grouping(communes.siren_epci) = 1 or communes.siren_epci is not null
