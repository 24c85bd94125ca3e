{# Keys of a table that several rows have, as the data tests print what they refuse: the rule, the row, what was seen. #}
{% macro cles_repetees(table, cle) -%}
select 'clé répétée' as regle, {{ ligne(cle) }} as ligne, concat_ws(' ', count(*), 'lignes') as constat
from {{ table }}
group by {{ cle | join(', ') }}
having count(*) > 1
{%- endmacro %}

{# A row as messages name it, by the columns of its key. #}
{% macro ligne(cle) -%}concat_ws(' ', {{ cle | join(', ') }}){%- endmacro %}
