{{ config(materialized='view') }}
-- Where each commune of 2018 went: the row of ALDO that describes it, the commune of the target COG, the events in between, the rule
-- and the weights of that row. One row a commune of 2018, row of ALDO and commune of the target.
with etapes as (
    select
        filiation.atome,
        {{ liste_de_textes(
            "cast(filiation.date_effet as string) || ' MOD ' || filiation.code_mouvement || ' ' || filiation.code_avant"
            ~ " || ' > ' || filiation.code_commune", ', ', 'filiation.rang') }} as chemin,
        max(filiation.n_successeurs) as n_successeurs
    from {{ ref('int_filiation') }} as filiation
    cross join {{ ref('stg_execution') }} as execution
    where filiation.date_effet > date '2018-01-01' and filiation.date_effet <= execution.date_cog
    group by filiation.atome
),

chemins as (
    select
        coalesce(corrections.code_commune_aldo, aldo.code_commune) as code_commune_aldo,
        corrections.motif as correction,
        avant.code_commune as code_commune_2018,
        apres.code_commune,
        {{ liste_de_textes('etapes.chemin', ' | ', 'etapes.chemin', unique=true) }} as chemin,
        max(etapes.n_successeurs) as n_successeurs
    from {{ ref('int_composition') }} as avant
    cross join {{ ref('stg_execution') }} as execution
    inner join {{ ref('int_composition') }} as apres
        on avant.atome = apres.atome and apres.millesime = cast(execution.cog as string)
    inner join {{ ref('int_composition') }} as aldo on avant.atome = aldo.atome and aldo.millesime = 'aldo'
    left join {{ ref('corrections_aldo') }} as corrections on aldo.code_commune = corrections.code_commune
    left join etapes on avant.atome = etapes.atome
    where avant.millesime = '2018'
    group by all
)

select
    chemins.code_commune_aldo,
    chemins.code_commune_2018,
    chemins.code_commune,
    chemins.chemin,
    case
        when chemins.correction is not null then 'correction : ' || chemins.correction
        when passage.n_pieces > 1 then passage.regle
        when chemins.n_successeurs > 1 then 'filiation exacte'
        else passage.regle
    end as regle,
    poids.poids_surface,
    poids.poids_population,
    passage.mesure_surface,
    passage.mesure_population
from chemins
inner join {{ ref('stg_execution') }} as execution on true
inner join {{ ref('int_passage_aldo') }} as poids
    on
        chemins.code_commune_aldo = poids.code_commune_aldo
        and chemins.code_commune = poids.code_commune
        and poids.millesime_cible = cast(execution.cog as string)
left join {{ ref('int_passage_execution') }} as passage
    on
        passage.millesime_source = 'aldo'
        and chemins.code_commune_aldo = passage.code_source
        and poids.millesime_cible = passage.millesime_cible
        and chemins.code_commune = passage.code_cible
