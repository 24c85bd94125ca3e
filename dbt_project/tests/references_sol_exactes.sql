-- The unit flux of soil that ALDO publishes for each pair is that of the commune's zone, in every commune: the seeds hold ALDO's own values.
with par_zone as (
    select
        communes.zpc,
        {% for poste in paires() -%}
        min(unitaires.sequestration_unitaire_tco2e_ha__{{ poste.cle }}__sol) as min__{{ poste.cle }},
        max(unitaires.sequestration_unitaire_tco2e_ha__{{ poste.cle }}__sol) as max__{{ poste.cle }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('stg_aldo__flux_unitaire') }} as unitaires
    inner join {{ ref('stg_aldo__flux_total') }} as communes on unitaires.code_commune_aldo = communes.code_commune_aldo
    group by communes.zpc
),

publies as (
    select zpc, cle, mini, maxi
    from par_zone
    unpivot include nulls (
        (mini, maxi) for cle in (
            {% for poste in paires() -%}
            (min__{{ poste.cle }}, max__{{ poste.cle }}) as '{{ poste.cle }}'{% if not loop.last %},{% endif %}
            {% endfor %}
        )
    )
)

select publies.*, -sol.unitaire_sol as attendu
from publies
left join {{ ref('int_methode_sol') }} as sol on publies.zpc = sol.zpc and publies.cle = sol.cle
where
    (publies.mini is null) <> (sol.unitaire_sol is null)
    or {{ different('publies.mini', '-sol.unitaire_sol') }}
    or {{ different('publies.maxi', '-sol.unitaire_sol') }}
