-- Of what the gross flux of a territory is made, by the grade of its references and the cause of it: shares, never one letter.
with classes as (
    select maille, code_territoire, approche_bois, nature, grade, cause, sum(flux_brut_tco2e) as flux_brut_tco2e,
        sum(surface_foret_ha) as surface_foret_ha, count(distinct cellule) as n_references,
        max(case when cellule is not null then flux_brut_tco2e end) as premiere_tco2e
    from {{ ref('int_grades_territoires') }}
    group by all
),

cadre as (
    select territoires.maille, territoires.code_territoire, approches.approche_bois, grades.nature, grades.grade, grades.cause, grades.rang
    from {{ ref('int_territoires') }} as territoires
    cross join {{ approches_bois() }}
    cross join {{ ref('qualite_grades') }} as grades
    where territoires.n_communes_couvertes > 0
),

completes as (
    select
        cadre.*,
        coalesce(classes.flux_brut_tco2e, 0) as flux_brut,
        case when cadre.nature = 'accroissement_biologique' then coalesce(classes.surface_foret_ha, 0) end as surface_foret,
        coalesce(classes.n_references, 0) as n_references,
        classes.premiere_tco2e,
        sum(coalesce(classes.flux_brut_tco2e, 0)) over (
            partition by cadre.maille, cadre.code_territoire, cadre.approche_bois
        ) as ensemble_tco2e
    from cadre
    left join classes
        on
            cadre.maille = classes.maille and cadre.code_territoire = classes.code_territoire
            and coalesce(classes.approche_bois, cadre.approche_bois) = cadre.approche_bois
            and cadre.nature = classes.nature and cadre.grade = classes.grade and cadre.cause = classes.cause
),

qualite as (
    select
        {{ colonnes_communes_aux_marts('territoires') }},
        completes.approche_bois,
        completes.nature,
        completes.grade,
        completes.cause,
        cast(completes.flux_brut as double) as flux_brut_tco2e,
        100 * cast(completes.flux_brut as double) / nullif(cast(completes.ensemble_tco2e as double), 0) as part_flux_brut_pct,
        100 * cast(sum(completes.flux_brut) over (
            partition by completes.maille, completes.code_territoire, completes.approche_bois, completes.grade
        ) as double) / nullif(cast(completes.ensemble_tco2e as double), 0) as part_de_la_note_pct,
        cast(completes.surface_foret as double) as surface_foret_ha,
        cast(completes.n_references as integer) as n_references,
        100 * cast(completes.premiere_tco2e as double) / nullif(cast(completes.flux_brut as double), 0) as part_premiere_reference_pct,
        {{ periode_et_annee() }},
        {{ provenance() }}
    from completes
    {{ territoire_et_execution('completes') }}
)

select
    qualite.*,
    {{ arrondis('qualite', ['flux_brut_tco2e', 'part_flux_brut_pct', 'part_de_la_note_pct', 'surface_foret_ha', 'part_premiere_reference_pct']) }}
from qualite
