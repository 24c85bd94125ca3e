-- What each of the user's own territories receives of each row of ALDO, by measure: straight from ALDO's communes to the land of the
-- territory, so that a later merge with a neighbour blurs nothing.
select
    split_part(passage.millesime_cible, ':', 1) as maille,
    split_part(passage.millesime_cible, ':', 2) as code_territoire,
    passage.code_commune_aldo,
    passage.poids_surface,
    passage.poids_population,
    {% for mesure in mesures_projetees() -%}
    passage.poids__{{ mesure }}{% if not loop.last %},{% endif %}
    {% endfor %}
from {{ ref('int_passage_aldo') }} as passage
where passage.code_commune = 'dedans'
