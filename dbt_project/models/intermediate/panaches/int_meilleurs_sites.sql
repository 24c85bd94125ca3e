-- The three sites of each plume that tell most, and the class of its attribution.
with rangs as (
    select
        attributions.jeu,
        attributions.id_sondage,
        attributions.chaine,
        attributions.distance_km,
        attributions.ecart_angulaire_deg,
        attributions.tonnes,
        attributions.score,
        row_number() over (
            partition by attributions.jeu, attributions.id_sondage order by attributions.score desc, attributions.distance_km asc, attributions.chaine asc
        ) as rang
    from {{ ref('int_attributions') }} as attributions
    where attributions.score > 0
)

select
    rangs.*,
    case
        when rangs.score >= {{ parametre_panaches('score_vraisemblable') }} then 'vraisemblable'
        when rangs.score >= {{ parametre_panaches('score_possible') }} then 'possible'
        else 'indeterminee'
    end as classe_attribution,
    coalesce((
        select min(etalonnage.taux_fausse_attribution)
        from {{ ref('int_etalonnage') }} as etalonnage
        where etalonnage.seuil <= rangs.score
    ), 1) as taux_fausse_attribution
from rangs
where rangs.rang <= 3
