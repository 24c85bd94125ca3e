-- Where each commune of ALDO's own list stands in the target COG: one row a pair, one weight column a method.
-- Corrections of ALDO's known faults come first, then the events, step by step.
with recursive chemin as (
    select
        aldo.code_commune_aldo,
        coalesce(corrections.code_commune, aldo.code_commune_aldo) as code_commune,
        case when corrections.code_commune is null then 1.0 else {{ part('corrections.surface_ha', 'aldo.code_commune_aldo') }} end
            as poids_surface,
        case when corrections.code_commune is null then 1.0 else {{ part('corrections.population', 'aldo.code_commune_aldo') }} end
            as poids_population,
        0 as etape
    from {{ ref('stg_aldo__flux_total') }} as aldo
    left join {{ ref('corrections_aldo') }} as corrections
        on aldo.code_commune_aldo = corrections.code_commune_aldo

    union all

    select
        chemin.code_commune_aldo,
        coalesce(etapes.code_apres, chemin.code_commune) as code_commune,
        chemin.poids_surface * case when etapes.code_apres is null then 1.0 else etapes.poids_surface end as poids_surface,
        chemin.poids_population * case when etapes.code_apres is null then 1.0 else etapes.poids_population end
            as poids_population,
        chemin.etape + 1 as etape
    from chemin
    left join {{ ref('int_passage_etapes') }} as etapes
        on chemin.code_commune = etapes.code_avant and chemin.etape + 1 = etapes.etape
    where chemin.etape < (select coalesce(max(derniere.etape), 0) from {{ ref('int_passage_etapes') }} as derniere)
)

select
    code_commune_aldo,
    code_commune,
    sum(poids_surface) as poids_surface,
    sum(poids_population) as poids_population
from chemin
where etape = (select coalesce(max(derniere.etape), 0) from {{ ref('int_passage_etapes') }} as derniere)
group by all
