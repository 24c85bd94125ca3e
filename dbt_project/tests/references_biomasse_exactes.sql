-- The unit flux of biomass that ALDO publishes is the difference of the densities of the two land uses, and that of litter what a forest
-- holds, in every commune and for every pair, but for those that the seed aldo_ecarts_methode lists; and those do differ.
{% set wooded = ['artificiels_arbores'] -%}
with ecarts as (
    select
        {% for poste in paires() -%}
        max(abs(
            coalesce(unitaires.sequestration_unitaire_tco2e_ha__{{ poste.cle }}__biomasse, 0)
            {%- if poste.finale_n1 != 'forets' %}
            - (
                stocks.densite_tc_ha__{{ poste.finale }}__biomasse_vivante - stocks.densite_tc_ha__{{ poste.initiale }}__biomasse_vivante
                {%- if poste.initiale_n1 == 'forets' %} - stocks.densite_tc_ha__{{ poste.initiale }}__biomasse_morte{% endif %}
            ) / {{ tc_par_tco2() }}
            {%- endif %}
        )) as biomasse__{{ poste.cle }},
        {% if 'litiere' in poste.reservoirs -%}
        {% set perdue = poste.initiale_n1 == 'forets' and poste.finale not in wooded -%}
        {% set gagnee = poste.finale_n1 == 'forets' and poste.initiale not in ['artificiels_impermeabilises', 'artificiels_arbores'] -%}
        max(abs(
            coalesce(unitaires.sequestration_unitaire_tco2e_ha__{{ poste.cle }}__litiere, 0)
            {%- if perdue %} + constantes.litiere_foret / {{ tc_par_tco2() }}{% endif %}
            {%- if gagnee %} - constantes.litiere_foret / {{ tc_par_tco2() }}{% endif %}
        ))
        {%- else %}cast(0 as double){% endif %} as litiere__{{ poste.cle }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('stg_aldo__flux_unitaire') }} as unitaires
    inner join {{ ref('stg_aldo__stocks') }} as stocks on unitaires.code_commune_aldo = stocks.code_commune_aldo
    cross join {{ ref('int_constantes') }} as constantes
),

longue as (
    select cle, biomasse, litiere
    from ecarts
    unpivot (
        (biomasse, litiere) for cle in (
            {% for poste in paires() -%}
            (biomasse__{{ poste.cle }}, litiere__{{ poste.cle }}) as '{{ poste.cle }}'{% if not loop.last %},{% endif %}
            {% endfor %}
        )
    )
),

connus as (
    select ecarts_connus.initiale || '__' || ecarts_connus.finale as cle, ecarts_connus.motif
    from {{ ref('aldo_ecarts_methode') }} as ecarts_connus
    inner join {{ ref('stg_execution') }} as execution on ecarts_connus.edition = execution.edition_aldo
)

select longue.*, connus.motif
from longue
left join connus on longue.cle = connus.cle
where longue.litiere > 1e-6 or (longue.biomasse > 1e-6 and connus.motif is null)
