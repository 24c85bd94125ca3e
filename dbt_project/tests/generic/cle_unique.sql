{# The columns identify a row; nulls are values like any other. Prints the repeated keys. #}
{% test cle_unique(model, colonnes) %}
select {{ colonnes | join(', ') }}, count(*) as n_lignes
from {{ model }}
group by {{ colonnes | join(', ') }}
having count(*) > 1
{% endtest %}
