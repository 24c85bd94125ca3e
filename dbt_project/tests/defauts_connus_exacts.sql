-- Each known defect of the release read here is as the seed says, present or absent: a repaired export closes the gate until the seed,
-- and what we do about the defect, are brought up to date.
{% set litteraux = "groupe_ser = 'NA' or greco in ('null', '#N/A')" %}
with observes (defaut, present) as (
    select 'codes_sans_zero', bool_or(length(insee) < 5) filter (where length(insee) < 5 or insee like '0%') from {{ source('raw', 'aldo_stocks') }}
    union all
    select 'litteraux', coalesce(bool_or({{ litteraux }}), false) from {{ source('raw', 'aldo_flux_total') }}
    union all
    select
        'artificiels_comptes_deux_fois',
        coalesce(sum(
            {% for b in var('occupations') if b.n1 != 'sols_artificiels' -%}
            surface_ha__artificiels_arbustifs__{{ b.code }}{% if not loop.last %} + {% endif %}
            {%- endfor %}
        ) > 0.5 * sum(
            {% for b in var('occupations') if b.n1 != 'sols_artificiels' -%}
            surface_ha__artificiels_impermeabilises__{{ b.code }}{% if not loop.last %} + {% endif %}
            {%- endfor %}
        ), false)
    from {{ ref('stg_aldo__flux_total') }}
    union all
    select
        'litiere_vers_artificiels_arbores_absente',
        coalesce(bool_or(conversions.occupation_finale = 'artificiels_arbores' and conversions.unitaire_litiere is null), false)
    from {{ ref('int_conversions') }} as conversions
    union all
    select
        'total_recolte_vide_sans_foret',
        coalesce(bool_or(sequestration_bois_recolte_tco2e is null), false)
    from {{ ref('stg_aldo__accroissement_forets') }}
)

select observes.defaut, observes.present, connus.etat, connus.edition
from observes
cross join {{ ref('stg_execution') }} as execution
full outer join {{ ref('aldo_defauts_connus') }} as connus
    on observes.defaut = connus.defaut and execution.edition_aldo = connus.edition
where
    (observes.present is not null or observes.defaut is null)  -- a file without any such code says nothing of zeros
    and (connus.edition is null or connus.edition = execution.edition_aldo)
    and (connus.etat is distinct from case when observes.present then 'present' else 'absent' end)
