{# Every row belongs to a territory of `territoires`; one that ALDO covers at least in part, unless `couvert` is false. #}
{% test territoire_connu(model, couvert=true) %}
select model.maille, model.code_territoire, count(*) as n_lignes
from {{ model }} as model
left join {{ ref('territoires') }} as territoires
    on model.maille = territoires.maille and model.code_territoire = territoires.code_territoire
where {% if couvert %}coalesce(territoires.couverture_aldo, 'absente') = 'absente'{% else %}territoires.maille is null{% endif %}
group by all
{% endtest %}
