-- What each of the user's own territories receives of each row of ALDO, by measure: straight from ALDO's communes to the vintage
-- of the territory, so that a later merge with a neighbour blurs nothing.
select
    membres.maille,
    membres.code_territoire,
    passage.code_commune_aldo,
    {% for mesure in mesures() -%}
    {{ part_dans_territoire('passage.poids__' ~ mesure, 'passage.n_communes') }} as poids__{{ mesure }}{% if not loop.last %},{% endif %}
    {% endfor %}
from {{ ref('int_membres_locaux') }} as membres
inner join {{ ref('int_passage_aldo') }} as passage
    on membres.millesime = passage.millesime_cible and membres.code_commune = passage.code_commune
group by all
