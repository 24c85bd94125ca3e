{# The columns identify a row, nulls being values like any other, and those of `renseignees` are never empty. #}
{% test cle_unique(model, colonnes, renseignees=[]) %}
{{ cles_repetees(model, colonnes) }}
{%- for colonne in renseignees %}
union all
select '{{ colonne }} vide' as regle, {{ ligne(colonnes) }} as ligne, '' as constat
from {{ model }}
where {{ colonne }} is null
{%- endfor %}
{% endtest %}
