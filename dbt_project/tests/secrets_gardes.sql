-- A figure with a secret part is never published whole, nor in part below the departement; a departement that holds a single secret
-- cell says nothing of it, and neither does a mere part of one.
{{ config(meta={'description': 'No figure with a secret part is whole, nor in part below the departement.'}) }}
select inventaire, maille, code_territoire, annee, secteur, mesure, energie, n_secretes, valeur_complete, valeur_connue
from {{ ref('int_inventaires_publiables') }}
where
    n_secretes > 0 and (
        valeur_complete is not null
        or (
            valeur_connue is not null and (
                maille not in ('departement', 'region', 'france')
                or n_secretes_partielles > 0
                or (maille = 'departement' and n_secretes = 1)
            )
        )
    )
