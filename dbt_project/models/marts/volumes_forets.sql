-- What wood the forests of a territory make, lose and give in a mean year (m3): growth, deaths, harvest, and what is left of it.
{% set termes = {'production': 'accroissement_m3_ha', 'mortalite': 'mortalite_m3_ha', 'prelevements': 'prelevements_m3_ha'} -%}
with cellules as (
    {{ cellules_forets() }}
),

sommes as (
    select
        appartenances.maille,
        appartenances.code_territoire,
        {% for nom, colonne in termes.items() -%}
        {{ somme_complete(terme_exact('appartenances.poids__accroissement_biologique * cellules.surface_ha * cellules.' ~ colonne)) }} as {{ nom }},
        {% endfor -%}
        {{ somme_complete(terme_exact('appartenances.poids__accroissement_biologique * cellules.surface_ha')) }} as surface
    from cellules
    inner join {{ ref('int_appartenances') }} as appartenances on cellules.code_commune_aldo = appartenances.code_commune_aldo
    group by appartenances.maille, appartenances.code_territoire
),

completes as (
    select
        territoires.maille,
        territoires.code_territoire,
        {% for nom in (termes.keys() | list) + ['surface'] -%}
        case when sommes.maille is null then 0 else sommes.{{ nom }} end as {{ nom }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('int_territoires') }} as territoires
    left join sommes on territoires.maille = sommes.maille and territoires.code_territoire = sommes.code_territoire
    where territoires.n_communes_couvertes > 0
),

volumes as (
    select
        {{ colonnes_communes_aux_marts('territoires') }},
        cast(completes.surface as double) as surface_foret_ha,
        {% for nom in termes -%}
        cast(completes.{{ nom }} as double) as {{ nom }}_m3,
        {% endfor -%}
        cast(completes.production - completes.mortalite - completes.prelevements as double) as accroissement_net_m3,
        {{ periode_et_annee() }},
        {{ provenance() }}
    from completes
    {{ territoire_et_execution('completes') }}
)

select
    volumes.*,
    {{ arrondis('volumes', ['surface_foret_ha', 'production_m3', 'mortalite_m3', 'prelevements_m3', 'accroissement_net_m3']) }}
from volumes
