-- What a territory holds, by nature, land and wood products apart. The density is over the land that ALDO describes, which may be
-- less than the territory (rock, ice, water) or more (forests come from another map).
with occupations as (
    select distinct maille, code_territoire, occupation, surface_ha
    from {{ ref('int_stocks_territoires') }}
),

surfaces as (
    select maille, code_territoire, sum(surface_ha) as surface_ha
    from occupations
    group by maille, code_territoire
),

totaux as (
    select
        stocks.maille,
        stocks.code_territoire,
        approches.approche_bois,
        {% for nature in ['sol', 'biomasse_vivante', 'biomasse_morte', 'litiere'] -%}
        sum(stocks.stock_tc) filter (where stocks.nature_stock = '{{ nature }}' and stocks.origine <> 'produits_bois') as {{ nature }},
        {% endfor -%}
        sum(stocks.stock_tc) filter (where stocks.origine <> 'produits_bois') as terres,
        sum(stocks.stock_tc) filter (where stocks.origine = 'produits_bois') as produits_bois,
        sum(stocks.stock_tc) as stock_tc
    from {{ ref('int_stocks_territoires') }} as stocks
    {{ sous_chaque_approche('stocks') }}
    group by all
),

bilan as (
    select
        {{ colonnes_communes_aux_marts('territoires') }},
        totaux.approche_bois,
        {% for nature in ['sol', 'biomasse_vivante', 'biomasse_morte', 'litiere', 'terres', 'produits_bois'] -%}
        {{ en_kt('totaux.' ~ nature) }} as stock_{{ nature }}_kt_c,
        {% endfor -%}
        {{ en_kt('totaux.stock_tc') }} as stock_kt_c,
        cast(surfaces.surface_ha as double) as surface_decrite_ha,
        cast(totaux.terres as double) / nullif(cast(surfaces.surface_ha as double), 0) as stock_terres_tc_par_ha,
        100 * cast(totaux.terres as double) / nullif(cast(france.terres as double), 0) as part_stock_terres_france_pct,
        {{ en_kt('totaux.terres') }} / {{ tc_par_tco2() }} as stock_terres_si_relache_kt_co2e,
        {{ provenance() }}
    from totaux
    inner join surfaces on totaux.maille = surfaces.maille and totaux.code_territoire = surfaces.code_territoire
    left join totaux as france on france.maille = 'france' and france.code_territoire = 'FR' and totaux.approche_bois = france.approche_bois
    {{ territoire_et_execution('totaux') }}
)

select
    bilan.*,
    {{ arrondis('bilan', [
        'stock_sol_kt_c', 'stock_biomasse_vivante_kt_c', 'stock_biomasse_morte_kt_c', 'stock_litiere_kt_c', 'stock_terres_kt_c',
        'stock_produits_bois_kt_c', 'stock_kt_c', 'surface_decrite_ha', 'stock_terres_tc_par_ha'
    ]) }},
    {{ ordre_de_grandeur('bilan', 'part_stock_terres_france_pct') }},
    {{ ordre_de_grandeur('bilan', 'stock_terres_si_relache_kt_co2e') }}
from bilan
