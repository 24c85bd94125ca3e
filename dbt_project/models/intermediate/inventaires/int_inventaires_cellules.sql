-- One row an inventory, territory of its own, year, sector, measure (and carrier, for energy alone), in the house's units. A cell with
-- a secret part is secret, one with a missing part is missing, unless its producer gives their sum (`somme_publiee`); `valeur` is the
-- sum of its known parts, null without any. Sums over sectors are cells too (int_inventaires_sommes says which). Paris, Lyon and
-- Marseille are missing as long as one of their arrondissements is. Read many times: worth a table.
{% set figures = ['code_source', 'annee', 'est_provisoire', 'etat', 'valeur', 'somme_publiee', 'n_sommes_fausses', 'pas'] -%}
with cellules as (
    select distinct inventaire, cellule, cellule_sans_energie, secteur, mesure, famille, energie
    from {{ ref('int_inventaires_mots') }}
    where not est_ignore
),

detaillees as (
    {{ parts_ou_somme(ref('int_inventaires_lignes'), ['cellule', 'code_source', 'annee'], 'est_tous_usages') }}
),

sans_energie as (
    select detaillees.*, cellules.cellule_sans_energie, cellules.energie
    from detaillees
    inner join cellules on detaillees.cellule = cellules.cellule and cellules.famille <> 'energie'
),

cellules_sans_energie as (
    select distinct inventaire, cellule_sans_energie, secteur, mesure from cellules
),

additionnees as (
    {{ parts_ou_somme('sans_energie', ['cellule_sans_energie', 'code_source', 'annee'], "(energie = 'toutes_energies')") }}
),

communes as (
    select
        cellules.inventaire, cellules.secteur, cellules.mesure, '' as energie,
        {% for colonne in figures %}lignes.{{ colonne }}{% if not loop.last %}, {% endif %}{% endfor %}
    from additionnees as lignes
    inner join cellules_sans_energie as cellules on lignes.cellule_sans_energie = cellules.cellule_sans_energie
    union all
    select
        cellules.inventaire, cellules.secteur, cellules.mesure, cellules.energie,
        {% for colonne in figures %}detaillees.{{ colonne }}{% if not loop.last %}, {% endif %}{% endfor %}
    from detaillees
    inner join cellules on detaillees.cellule = cellules.cellule and cellules.famille = 'energie'
),

situees as (
    select
        communes.*,
        {{ commune_de_plein_exercice('code_source') }} as code_commune,
        {{ arrondissement('code_source') }} as arrondissement
    from communes
)

select inventaire, code_source, annee, secteur, mesure, energie, est_provisoire, etat, valeur, somme_publiee, n_sommes_fausses, pas
from situees
where arrondissement is null
union all
select
    inventaire,
    code_commune as code_source,
    annee,
    secteur,
    mesure,
    energie,
    bool_or(est_provisoire) as est_provisoire,
    case
        when bool_or(etat = 'secret') then 'secret'
        when bool_or(etat = 'manquant') or {{ arrondissements_absents('code_commune', 'arrondissement') }} then 'manquant'
        else 'valeur'
    end as etat,
    sum(valeur) as valeur,
    bool_or(somme_publiee) as somme_publiee,
    cast(sum(n_sommes_fausses) as integer) as n_sommes_fausses,
    min(pas) as pas
from situees
where arrondissement is not null
group by inventaire, code_commune, annee, secteur, mesure, energie
