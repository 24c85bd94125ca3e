-- Where each row of ALDO stands in the target COG (and in the user's own territories): one weight column a method, and one a measure,
-- bound to its method by the seed methodes_projection. The parts that corrections_aldo tells apart come first, then the passage.
with methodes as (
    select
        {% for mesure in mesures_projetees() -%}
        max(methode) filter (where mesure = '{{ mesure }}') as methode__{{ mesure }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('methodes_projection') }}
),

corrections as (
    {{ parties_corrigees() }}
),

parts as (
    select
        aldo.code_commune_aldo,
        coalesce(corrections.code_commune, aldo.code_commune_aldo) as code_commune,
        coalesce(corrections.poids_surface, 1.0) as poids_surface,
        coalesce(corrections.poids_population, 1.0) as poids_population
    from {{ ref('stg_aldo__flux_total') }} as aldo
    left join corrections on aldo.code_commune_aldo = corrections.code_commune_aldo
),

passage as (
    select
        parts.code_commune_aldo,
        passage.millesime_cible,
        passage.code_cible as code_commune,
        {{ somme_complete('parts.poids_surface * passage.poids_surface') }} as poids_surface,
        {{ somme_complete('parts.poids_population * passage.poids_population') }} as poids_population
    from parts
    inner join {{ ref('int_passage_execution') }} as passage
        on parts.code_commune = passage.code_source and passage.millesime_source = 'aldo'
    group by all
)

select
    passage.*,
    {% for mesure in mesures_projetees() -%}
    case methodes.methode__{{ mesure }}
        when 'surface' then passage.poids_surface
        when 'population' then passage.poids_population
    end as poids__{{ mesure }}{% if not loop.last %},{% endif %}
    {% endfor %}
from passage
cross join methodes
