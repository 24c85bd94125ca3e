-- What each publisher's table says of a territory is its balance: nothing is lost to a missing label.
{% set parts = [
    ('terristory_flux_carbone', 'bilan_kt_co2e', "'consommation'"), ('hauts_de_france_bilan_occupation_sols', 'flux_net_kt_co2e', 'approche_bois'),
    ('hauts_de_france_bilan_global', 'flux_net_kt_co2e', 'approche_bois'), ('pcaet_cadre_depot', 'bilan_tco2e / 1000', "'recolte'"),
] -%}
with parts as (
    {% for table_, colonne, approche in parts -%}
    select '{{ table_ }}' as table_publiee, maille, code_territoire, {{ approche }} as approche_bois, sum({{ colonne }}) as kt
    from {{ ref(table_) }}
    group by all
    union all
    {% endfor -%}
    select
        'terristory_stocks_carbone' as table_publiee, maille, code_territoire, 'consommation' as approche_bois,
        sum(stock_kt_c) as kt
    from {{ ref('terristory_stocks_carbone') }}
    group by all
),

attendus as (
    {% for table_, _, approche in parts -%}
    select '{{ table_ }}' as table_publiee, maille, code_territoire, approche_bois, flux_kt_co2e as kt
    from {{ ref('bilan_global') }}
    {% if approche != 'approche_bois' %}where approche_bois = {{ approche }}{% endif %}
    union all
    {% endfor -%}
    select
        'terristory_stocks_carbone' as table_publiee, maille, code_territoire, 'consommation' as approche_bois,
        sum(stock_kt_c) as kt
    from {{ ref('stocks_carbone') }}
    where approche_bois = 'consommation'
    group by all
)

select
    coalesce(attendus.table_publiee, parts.table_publiee) as table_publiee,
    coalesce(attendus.maille, parts.maille) as maille,
    coalesce(attendus.code_territoire, parts.code_territoire) as code_territoire,
    attendus.kt as attendu,
    parts.kt
from attendus
full outer join parts
    on
        attendus.table_publiee = parts.table_publiee and attendus.maille = parts.maille
        and attendus.code_territoire = parts.code_territoire and attendus.approche_bois = parts.approche_bois
where {{ different('parts.kt', 'attendus.kt') }}
