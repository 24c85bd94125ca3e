{{ config(materialized='view') }}
-- What each row of ALDO gives to each territory, by wood approach (t CO2e a year): asked for one territory at a time, never published.
with parts as (
    select
        membres.maille, membres.code_territoire, passage.code_commune_aldo, passage.code_commune,
        passage.poids_surface, passage.poids_population,
        {% for mesure in mesures() %}passage.poids__{{ mesure }}{% if not loop.last %}, {% endif %}{% endfor %}
    from {{ ref('int_membres') }} as membres
    cross join {{ ref('stg_execution') }} as execution
    inner join {{ ref('int_passage_aldo') }} as passage
        on membres.code_commune = passage.code_commune and passage.millesime_cible = cast(execution.cog as string)
    where membres.maille in ({{ mailles() }}) and membres.code_territoire <> 'FR_ENTIERE'
    union all
    select
        locaux.maille, locaux.code_territoire, locaux.code_commune_aldo, cast(null as string) as code_commune,
        locaux.poids_surface, locaux.poids_population,
        {% for mesure in mesures() %}locaux.poids__{{ mesure }}{% if not loop.last %}, {% endif %}{% endfor %}
    from {{ ref('int_passage_territoires') }} as locaux
)

{% for approche in ['consommation', 'recolte'] -%}
select
    parts.maille,
    parts.code_territoire,
    parts.code_commune_aldo,
    parts.code_commune,
    parts.poids_surface,
    parts.poids_population,
    '{{ approche }}' as approche_bois,
    {% for mesure in mesures() if not mesure.startswith('bois_') or mesure == 'bois_' ~ approche -%}
    parts.poids__{{ mesure }} * lignes.retenu__{{ mesure }}{% if not loop.last %} + {% endif %}
    {%- endfor %} as flux_tco2e
from parts
inner join {{ ref('int_lignes') }} as lignes on parts.code_commune_aldo = lignes.code_commune_aldo
{% if not loop.last %}union all{% endif %}
{% endfor %}
