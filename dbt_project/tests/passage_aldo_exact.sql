-- Every commune of ALDO reaches communes of the target COG with weights that sum to 1 by both methods, and every
-- metropolitan commune of that COG receives something.
with passage_cible as (
    select passage.*
    from {{ ref('int_passage_aldo') }} as passage
    inner join {{ ref('stg_execution') }} as execution on passage.millesime_cible = cast(execution.cog as string)
)

select passage.code_commune_aldo as code, 'commune d''ALDO sans commune au COG cible' as motif
from passage_cible as passage
left join {{ ref('int_communes') }} as communes on passage.code_commune = communes.code_commune
where communes.code_commune is null
union all
select
    aldo.code_commune_aldo as code,
    case count(passage.code_commune_aldo)
        when 0 then 'commune d''ALDO inconnue du COG 2018 et du COG 2019'
        else 'poids dont la somme n''est pas 1'
    end as motif
from {{ ref('stg_aldo__flux_total') }} as aldo
left join passage_cible as passage on aldo.code_commune_aldo = passage.code_commune_aldo
group by aldo.code_commune_aldo
having
    {% for poids in ['surface', 'population'] + mesures_projetees() -%}
    {% set colonne = 'passage.poids_' ~ ('' if loop.index <= 2 else '_') ~ poids -%}
    count(*) <> count({{ colonne }}) or abs(sum({{ colonne }}) - 1) > 1e-12{% if not loop.last %} or{% endif %}
    {% endfor %}
union all
select communes.code_commune as code, 'commune du COG cible qui ne reçoit rien' as motif
from {{ ref('int_communes') }} as communes
left join passage_cible as passage on communes.code_commune = passage.code_commune
where communes.est_metropole and passage.code_commune is null
