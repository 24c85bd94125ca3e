-- Seeds of the method and of publishers' words: each row has its key once and says what it must, source and page included.
{% set graines = {
    'aldo_flux_sol': (['edition', 'zpc', 'cle'], ['flux_tc_ha']),
    'aldo_regles_sol': (['edition', 'depart', 'arrivee'], ['duree_ans', 'motif']),
    'aldo_constantes': (['edition', 'constante'], ['valeur', 'unite', 'source', 'page']),
    'aldo_usages_bois': (['edition', 'region_ign', 'usage_bois'], ['part_recolte']),
    'aldo_pratiques': (['edition', 'pratique'], ['libelle', 'occupation_n1', 'flux_sol_tc_ha_an', 'flux_biomasse_tc_ha_an', 'source', 'page']),
    'aldo_defauts_connus': (['edition', 'defaut'], ['etat', 'traitement', 'motif', 'source']),
    'aldo_ecarts_methode': (['edition', 'initiale', 'finale', 'reservoir'], ['motif']),
    'libelles': (['editeur', 'dimension', 'code'], ['libelle']),
} -%}
{% for graine, (cle, renseignees) in graines.items() -%}
select '{{ graine }}' as graine, concat_ws(' ', {{ cle | join(', ') }}) as ligne, count(*) as n_lignes
from {{ ref(graine) }}
group by all
having
    count(*) > 1
    {% for colonne in cle + renseignees -%}
    or count({{ colonne }}) < count(*)
    {% endfor %}
{% if not loop.last %}union all{% endif %}
{% endfor %}
