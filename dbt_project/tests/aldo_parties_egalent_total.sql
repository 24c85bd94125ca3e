-- ALDO's own identity, in each of its rows: the published total is the sum of the pairs, of the forest growths and of the
-- wood products under the recolte approach; and each wood total is the sum of its two uses.
with parts as (
    select
        total.ligne,
        total.code_commune_aldo,
        total.sequestration_totale_tco2e as total_publie,
        coalesce(forets.sequestration_bois_recolte_tco2e, 0)
        {%- for poste in paires() + forets() %}
        + coalesce({{ poste.table }}.sequestration_tco2e__{{ poste.cle }}, 0)
        {%- endfor %} as somme_des_parts,
        {% for approche in ['recolte', 'consommation'] -%}
        coalesce(forets.sequestration_bois_{{ approche }}_tco2e, 0) as bois_{{ approche }},
        coalesce(forets.sequestration_tco2e__bois__{{ approche }}__bo, 0)
        + coalesce(forets.sequestration_tco2e__bois__{{ approche }}__bi, 0) as bois_{{ approche }}_usages
        {%- if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('stg_aldo__flux_total') }} as total
    inner join {{ ref('stg_aldo__accroissement_forets') }} as forets
        on total.code_commune_aldo = forets.code_commune_aldo
    where total.n_cellules_illisibles = 0 and forets.n_cellules_illisibles = 0  -- the others: stg_aldo__rejets
)

select
    *,
    'le total de aldo_flux_total n''est pas la somme de ses paires et de aldo_accroissement_forets' as motif
from parts
where
    total_publie is null
    or {{ different('somme_des_parts', 'total_publie') }}
    or {{ different('bois_recolte_usages', 'bois_recolte') }}
    or {{ different('bois_consommation_usages', 'bois_consommation') }}
