-- The four files are of the edition that this refresh chose: two releases of ALDO are never mixed.
{% set fichiers = ['stg_aldo__flux_total', 'stg_aldo__flux_unitaire', 'stg_aldo__accroissement_forets', 'stg_aldo__stocks'] %}
{% for fichier in fichiers -%}
select '{{ fichier }}' as fichier, lignes.edition, execution.edition_aldo as attendue, count(*) as n_lignes
from {{ ref(fichier) }} as lignes
cross join {{ ref('stg_execution') }} as execution
where lignes.edition is distinct from execution.edition_aldo
group by all
{% if not loop.last %}union all{% endif %}
{% endfor %}
