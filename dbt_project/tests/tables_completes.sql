-- Aggregated tables hold every modality for every territory that ALDO describes, and tables by wood approach one complete set under each:
-- as many rows a territory everywhere, and none without an approach.
{% set modalites = {
    'bilan_global': 2, 'flux_par_nature': 2 * 3, 'bilan_occupation_sols': 2 * 8, 'bilan_stocks': 2, 'terristory_flux_carbone': 1 + 7 + 1,
    'hauts_de_france_bilan_global': 2, 'hauts_de_france_bilan_occupation_sols': 2 * 8, 'pcaet_cadre_depot': 4} -%}
{% for table_, nombre in modalites.items() -%}
select '{{ table_ }}' as table_publiee, territoires.maille, territoires.code_territoire, count(lignes.maille) as n_lignes, {{ nombre }} as attendues
from {{ ref('territoires') }} as territoires
left join {{ ref(table_) }} as lignes
    on territoires.maille = lignes.maille and territoires.code_territoire = lignes.code_territoire
group by territoires.maille, territoires.code_territoire, territoires.couverture_aldo
having count(lignes.maille) <> case when territoires.couverture_aldo = 'absente' then 0 else {{ nombre }} end
union all
{% endfor -%}
{% for table_, commune in {'flux_carbone': "nature <> 'produits_bois'", 'flux_par_reservoir': "nature <> 'produits_bois'",
    'stocks_carbone': "origine <> 'produits_bois'"}.items() -%}
select '{{ table_ }}' as table_publiee, maille, code_territoire, count(*) as n_lignes, 0 as attendues
from {{ ref(table_) }}
group by maille, code_territoire
having
    count(approche_bois) < count(*)
    or count(*) filter (where {{ commune }} and approche_bois = 'recolte') <> count(*) filter (where {{ commune }} and approche_bois = 'consommation')
{% if not loop.last %}union all{% endif %}
{% endfor %}
