-- What the words of the inventories are in the house's: one row a combination of words, with the first line that holds it; nothing is
-- guessed, and a word that no seed knows stays empty (int_inventaires_rejets). `cellule` and `cellule_sans_energie` number what rows add up to,
-- with and without the carrier: millions of rows are grouped by a number.
with mots as (
    select
        inventaire, libelle_secteur, libelle_energie, libelle_usage, libelle_mesure, unite, etat = 'valeur' as est_chiffre,
        {{ premier('colonne') }}, {{ premier('fichier') }}, min(ligne) as ligne
    from {{ ref('stg_inventaires__chiffres') }}
    group by inventaire, libelle_secteur, libelle_energie, libelle_usage, libelle_mesure, unite, etat = 'valeur'
)

select
    mots.*,
    noms_secteurs.code as code_secteur,
    secteurs.secteur,
    noms_mesures.code as code_mesure,
    mesures.mesure,
    mesures.famille,
    case when mots.libelle_energie = '' then 'toutes_energies' else energies.code end as energie,
    case when mots.libelle_usage = '' then 'tous_usages' else usages.code end as code_usage,
    unites.facteur,
    'ignore' in (
        coalesce(noms_secteurs.code, ''), coalesce(noms_mesures.code, ''), coalesce(energies.code, ''), coalesce(usages.code, '')
    ) as est_ignore,
    dense_rank() over (order by mots.inventaire, secteurs.secteur, mesures.mesure, mesures.famille, coalesce(energies.code, 'toutes_energies')) as cellule,
    dense_rank() over (order by mots.inventaire, secteurs.secteur, mesures.mesure, mesures.famille) as cellule_sans_energie
from mots
{% for dimension, alias in [('secteur', 'noms_secteurs'), ('mesure', 'noms_mesures'), ('energie', 'energies'), ('usage', 'usages')] -%}
left join {{ ref('inventaires_correspondances') }} as {{ alias }}
    on
        mots.inventaire = {{ alias }}.inventaire and mots.libelle_{{ dimension }} = {{ alias }}.libelle
        and {{ alias }}.dimension = '{{ dimension }}'
{% endfor -%}
left join {{ ref('inventaires_secteurs') }} as secteurs on noms_secteurs.code = secteurs.secteur
left join {{ ref('inventaires_mesures') }} as mesures on noms_mesures.code = mesures.mesure
left join {{ ref('inventaires_unites') }} as unites on mesures.famille = unites.famille and mots.unite = unites.unite
