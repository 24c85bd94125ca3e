{# None of these columns is ever empty. #}
{% test renseignee(model, colonnes) %}
select *
from {{ model }}
where {% for colonne in colonnes %}{{ colonne }} is null{% if not loop.last %} or {% endif %}{% endfor %}
{% endtest %}
