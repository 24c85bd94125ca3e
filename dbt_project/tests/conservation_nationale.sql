-- Nothing is lost or counted twice between ALDO's rows and the published national total: for each item, France equals
-- minus the sum of the producer's column, and so do areas. The sums skip the projection: a second way round.
with sommes as (
    select
        {% for poste in postes() -%}
        -sum({{ poste.table }}.sequestration_tco2e__{{ poste.cle }}) as flux__{{ poste.cle }},
        {% if poste.approche %}cast(null as double){% else %}sum({{ poste.table }}.surface_ha__{{ poste.cle }}){% endif %}
            as surface__{{ poste.cle }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('stg_aldo__flux_total') }} as total
    full outer join {{ ref('stg_aldo__accroissement_forets') }} as forets
        on total.code_commune_aldo = forets.code_commune_aldo
),

source as (
    select *
    from sommes
    unpivot include nulls (
        (flux_tco2e, surface_ha) for cle in (
            {% for poste in postes() -%}
            (flux__{{ poste.cle }}, surface__{{ poste.cle }}) as '{{ poste.cle }}'{% if not loop.last %},{% endif %}
            {% endfor %}
        )
    )
),

publie as (
    select distinct  -- rows that both wood approaches share stand under each
        case nature
            when 'changement_usage_sol' then occupation_initiale || '__' || occupation_finale
            when 'accroissement_biologique' then 'accroissement__' || occupation_finale
            when 'produits_bois' then 'bois__' || approche_bois || '__' || usage_bois
        end as cle,
        flux_tco2e,
        surface_ha
    from {{ ref('flux_carbone') }}
    where maille = 'france'
)

select source.*, publie.flux_tco2e as flux_publie, publie.surface_ha as surface_publiee
from source
full outer join publie on source.cle = publie.cle
where
    {{ different('coalesce(source.flux_tco2e, 0)', 'coalesce(publie.flux_tco2e, 0)') }}
    or {{ different('coalesce(source.surface_ha, 0)', 'coalesce(publie.surface_ha, 0)') }}
