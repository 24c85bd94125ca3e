-- What shares the footprint among territories: people, standard of living, households, and the part of France that each key gives. A mean
-- of medians is no median: it is the reference of the key, weighted by people. Parts say where the standard of living was taken, in people.
{% set origines = {'propre': 'commune', 'epci': 'epci', 'departement': 'departement', 'region': 'region', 'inconnu': 'inconnu'} %}
with membres as (
    select
        membres.maille, membres.code_territoire, communes.origine_revenu, communes.annee_revenu,
        {% for nom, terme in [('population', 'communes.population'), ('menages', 'communes.menages'), ('revenu_total', 'communes.population * communes.revenu_eur_uc')] -%}
        {{ terme_large('membres.part_population * ' ~ terme) }} as {{ nom }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('int_membres') }} as membres
    inner join {{ ref('int_bilan_communes') }} as communes on membres.code_commune = communes.code_commune
),

sommes as (
    select
        maille,
        code_territoire,
        cast(sum(population) as double) as population,
        cast(sum(menages) as double) as menages,
        case when count(revenu_total) = count(*) then cast(sum(revenu_total) as double) / nullif(cast(sum(population) as double), 0) end as revenu_eur_uc,
        max(annee_revenu) as annee_revenu,
        {% for nom, origine in origines.items() -%}
        100 * coalesce(cast(sum(population) filter (where origine_revenu = '{{ origine }}') as double), 0) / nullif(cast(sum(population) as double), 0)
            as revenu_{{ nom }}_pct{% if not loop.last %},{% endif %}
        {% endfor %}
    from membres
    group by maille, code_territoire
),

poids as (
    select
        maille,
        code_territoire,
        {% for cle in cles_de_l_empreinte() -%}
        max(poids) filter (where cle = '{{ cle }}') as poids_{{ cle }}{% if not loop.last %},{% endif %}
        {% endfor %},
        max(mesure) filter (where cle = 'gaz') as gaz_mwh,
        max(mesure) filter (where cle = 'electricite') as electricite_mwh
    from {{ ref('int_bilan_poids_territoires') }}
    group by maille, code_territoire
),

energies as (
    select max(annee) as annee from {{ ref('int_bilan_energie') }}
)

select
    {{ colonnes_communes_aux_marts('territoires') }},
    sommes.population,
    territoires.annee_population,
    sommes.revenu_eur_uc,
    sommes.annee_revenu,
    sommes.menages,
    {% for nom in origines -%}
    sommes.revenu_{{ nom }}_pct,
    {% endfor -%}
    {% for cle in cles_de_l_empreinte() -%}
    poids.poids_{{ cle }},
    {% endfor -%}
    poids.gaz_mwh,
    poids.electricite_mwh,
    energies.annee as annee_energie,
    execution.statut_donnees
from sommes
inner join poids on sommes.maille = poids.maille and sommes.code_territoire = poids.code_territoire
cross join energies
{{ territoire_et_execution('sommes') }}
