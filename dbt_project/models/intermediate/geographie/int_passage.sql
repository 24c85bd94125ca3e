{{ config(materialized='view') }}
-- Passage between any two lists, both ways, asked for one pair at a time: the session sets the variables liste_source and liste_cible (all
-- pairs without them). Rows of ALDO are those of its file: what corrections_aldo tells apart is put together again, with its weights.
-- A refresh uses int_passage_execution.
{% set paires -%}
select listes.millesime as millesime_source, autres.millesime as millesime_cible
from (select distinct composition.millesime from {{ ref('int_composition') }} as composition) as listes
cross join (select distinct composition.millesime from {{ ref('int_composition') }} as composition) as autres
where
    listes.millesime = coalesce({{ choix('liste_source') }}, listes.millesime)
    and autres.millesime = coalesce({{ choix('liste_cible') }}, autres.millesime)
{%- endset -%}
with entre_listes as (
    {{ passage(paires) }}
),

parties as (
    {{ parties_corrigees() }}
),

entre_lignes as (
    select
        entre_listes.millesime_source,
        coalesce(avant.code_commune_aldo, entre_listes.code_source) as code_source,
        entre_listes.millesime_cible,
        coalesce(apres.code_commune_aldo, entre_listes.code_cible) as code_cible,
        case when count(avant.code_commune) + count(apres.code_commune) > 0 then 'correction' else max(entre_listes.regle) end as regle,
        {{ somme_complete('coalesce(avant.poids_surface, 1.0) * entre_listes.poids_surface') }} as poids_surface,
        coalesce(max(entre_listes.mesure_surface), case when count(avant.code_commune) > 0 then 'surface 2018' end) as mesure_surface,
        {{ somme_complete('coalesce(avant.poids_population, 1.0) * entre_listes.poids_population') }} as poids_population,
        coalesce(max(entre_listes.mesure_population), max(avant.mesure_population)) as mesure_population
    from entre_listes
    left join parties as avant on entre_listes.millesime_source = 'aldo' and entre_listes.code_source = avant.code_commune
    left join parties as apres on entre_listes.millesime_cible = 'aldo' and entre_listes.code_cible = apres.code_commune
    group by 1, 2, 3, 4
)

select
    millesime_source,
    code_source,
    millesime_cible,
    code_cible,
    count(*) over (partition by millesime_source, code_source, millesime_cible) as n_pieces,
    regle,
    poids_surface,
    mesure_surface,
    poids_population,
    mesure_population
from entre_lignes
