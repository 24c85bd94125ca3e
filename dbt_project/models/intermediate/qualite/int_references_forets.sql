-- Where ALDO takes the value of a hectare of forest, by commune of its list and composition. The rule: the most local zone of the IGN that
-- is significant, by its exact code; poplars have the basin only. The six published values then say whether they are those of that zone.
{% set perdues = "'reference_absente', 'autre_niveau', 'aucun_niveau'" -%}
with cellules as (
    {{ cellules_forets() }}
),

zones as (
    select
        cellules.code_commune_aldo,
        cellules.cle,
        niveaux.rang,
        niveaux.grade,
        reperes.niveau || ':' || reperes.zone || ':' || reperes.occupation as cellule,
        reperes.est_significative,
        coalesce(
            {% for colonne in references_forestieres(forets()[0]) -%}
            not {{ different('cellules.' ~ colonne, 'reperes.' ~ colonne) }}{% if not loop.last %} and {% endif %}
            {% endfor %}, false
        ) as est_publiee
    from cellules
    cross join (
        values ('groupeser', 'A', 1), ('bassin_populicole', 'A', 1), ('greco', 'B', 2), ('rad13', 'C', 3), ('France', 'D', 4)
    ) as niveaux (niveau, grade, rang)
    inner join {{ ref('stg_ign__references_forets') }} as reperes
        on
            niveaux.niveau = reperes.niveau and cellules.occupation = reperes.occupation
            and (niveaux.niveau = 'bassin_populicole') = (cellules.occupation = 'foret_peupleraie')
            and case niveaux.niveau
                when 'groupeser' then cellules.groupe_ser
                when 'greco' then cellules.greco
                when 'rad13' then cellules.region_ign
                when 'bassin_populicole' then cellules.bassin_populicole
                else 'France'
            end = reperes.zone
),

regles as (
    select
        code_commune_aldo,
        cle,
        min_by(grade, rang) filter (where est_significative) as grade,
        min_by(cellule, rang) filter (where est_significative) as cellule,
        min_by(est_publiee, rang) filter (where est_significative) as est_publiee,
        bool_or(est_publiee) as en_est_une
    from zones
    group by code_commune_aldo, cle
),

lues as (
    select count(*) as n_references from {{ ref('stg_ign__references_forets') }}
),

jugees as (
    select
        cellules.code_commune_aldo,
        cellules.cle,
        cellules.surface_ha,
        regles.grade,
        regles.cellule,
        case
            when lues.n_references = 0 then 'reference_absente'
            when cellules.occupation = 'foret_peupleraie' and regles.est_publiee then 'bassin_populicole'
            -- The published group decides where there are several; one that is no group (`NA`) decides nothing.
            when
                groupes.n_groupes > 1 and cellules.occupation <> 'foret_peupleraie'
                and {{ contient_motif('cellules.groupe_ser', '^[A-K][0-9]$') }}
                then 'plusieurs_ser'
            when regles.est_publiee then 'une_ser'
            when regles.en_est_une then 'autre_niveau'
            else 'aucun_niveau'
        end as cause
    from cellules
    cross join lues
    left join regles on cellules.code_commune_aldo = regles.code_commune_aldo and cellules.cle = regles.cle
    left join {{ ref('stg_ign__groupes_ser') }} as groupes on cellules.code_commune_aldo = groupes.code_commune_aldo
)

select
    code_commune_aldo,
    cle,
    surface_ha,
    case when cause in ({{ perdues }}) then 'non_retrouve' else grade end as grade,
    cause,
    case when cause not in ({{ perdues }}) then cellule end as cellule
from jugees
