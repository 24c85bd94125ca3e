-- The two breakdowns and the detailed table give the same total as bilan_global, for each territory and approach.
with parts as (
    select 'flux_par_nature' as table_publiee, maille, code_territoire, approche_bois, sum(flux_kt_co2e) as flux_kt_co2e
    from {{ ref('flux_par_nature') }}
    group by all
    union all
    select 'bilan_occupation_sols' as table_publiee, maille, code_territoire, approche_bois, sum(flux_kt_co2e) as flux_kt_co2e
    from {{ ref('bilan_occupation_sols') }}
    group by all
    union all
    select
        'flux_carbone' as table_publiee, maille, code_territoire, approche_bois, sum(flux_tco2e) / 1000 as flux_kt_co2e
    from {{ ref('flux_carbone') }}
    group by all
)

select parts.*, bilan.flux_kt_co2e as bilan_kt_co2e
from parts
full outer join {{ ref('bilan_global') }} as bilan
    on
        parts.maille = bilan.maille
        and parts.code_territoire = bilan.code_territoire
        and parts.approche_bois = bilan.approche_bois
where
    parts.maille is null or bilan.maille is null
    or {{ different('parts.flux_kt_co2e', 'bilan.flux_kt_co2e') }}
