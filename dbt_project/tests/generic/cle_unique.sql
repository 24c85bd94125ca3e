{# The columns identify a row, nulls being values like any other, and those of `renseignees` are never empty. #}
{% test cle_unique(model, colonnes, renseignees=[]) %}
{{ config(meta={'description': 'The key tells rows apart, and what is always said is there.'}) }}
{{ cles_repetees(model, colonnes) }}
{%- for colonne in renseignees %}
union all
select '{{ colonne }} vide' as regle, {{ ligne(colonnes) }} as ligne, '' as constat
from {{ model }}
where {{ colonne }} is null
{%- endfor %}
{% endtest %}
