{# Every row belongs to a territory of `territoires` that ALDO covers at least in part. #}
{% test territoire_connu(model) %}
select model.maille, model.code_territoire, count(*) as n_lignes
from {{ model }} as model
left join {{ ref('territoires') }} as territoires
    on model.maille = territoires.maille and model.code_territoire = territoires.code_territoire
where coalesce(territoires.couverture_aldo, 'absente') = 'absente'
group by all
{% endtest %}
