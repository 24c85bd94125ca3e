-- Constants of the release read here, in one row, and what follows from them: N2O (tCO2e) for each tonne of CO2 that soil and litter lose, as ALDO
-- converts it and as it should be.
{% set constantes = [
    'litiere_foret', 'rapport_c_n', 'fe_n2o_direct', 'part_lixiviee', 'fe_n2o_lixiviation', 'n2o_n_publie', 'n2o_n', 'prg_n2o',
    'part_impermeabilisee', 'flux_bois_bo_france', 'flux_bois_bi_france', 'stock_bois_bo_france', 'stock_bois_bi_france',
    'recolte_bo_france', 'recolte_bi_france', 'population_france', 'perte_tige', 'perte_branches', 'expansion_foret_mixte',
    'expansion_foret_feuillu', 'expansion_foret_conifere', 'expansion_foret_peupleraie',
] -%}
with en_vigueur as (
    {{ en_vigueur('aldo_constantes', ['constante']) }}
),

constantes as (
    select
        {% for constante in constantes -%}
        max(valeur) filter (where constante = '{{ constante }}') as {{ constante }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from en_vigueur
)

select
    *,
    {% for suffixe, conversion in {'publie': 'n2o_n_publie', 'corrige': 'n2o_n'}.items() -%}
    prg_n2o / rapport_c_n * (fe_n2o_direct * {{ conversion }} + part_lixiviee * fe_n2o_lixiviation * n2o_n) * {{ tc_par_tco2() }}
        as n2o_par_tco2_perdue__{{ suffixe }}{% if not loop.last %},{% endif %}
    {% endfor %}
from constantes
