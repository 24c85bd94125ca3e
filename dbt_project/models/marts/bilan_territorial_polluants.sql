-- Pollutants of the inventories by post; indirect ones are estimated nowhere, and no row stands for them.
with postes as (
    select *
    from {{ ref('int_bilan_polluants') }}
    where poste <> 'ensemble'
),

bilan as (
    select
        {{ colonnes_communes_aux_marts('territoires') }},
        postes.poste,
        postes.polluant,
        postes.inventaire,
        postes.annee,
        postes.version_inventaire as edition,
        postes.valeur as emissions_kg,
        postes.valeur_connue as part_connue_kg,
        case when postes.valeur is null then 'non_estime' else 'estime' end as statut,
        postes.statut_methode,
        postes.est_retenu as retenu,
        postes.est_provisoire,
        contrats.titre as source,  -- noqa: RF04
        {{ statut_inventaire('postes.version_inventaire') }} as statut_donnees
    from postes
    inner join {{ ref('stg_inventaires') }} as contrats on postes.inventaire = contrats.inventaire
    {{ territoire_et_execution('postes') }}
)

select
    bilan.*,
    {{ arrondis('bilan', ['emissions_kg', 'part_connue_kg']) }}
from bilan
