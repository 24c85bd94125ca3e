-- How often a score is reached by chance, one row a threshold: the best score of each plume with the wind turned by 25 angles (the
-- witnesses), against its best with the true wind. Of our own plumes once there are enough, of those of the reference project before.
with jeu as (
    select case when count(*) >= {{ parametre_panaches('panaches_etalonnage_min') }} then 'maison' else 'reference' end as jeu
    from {{ ref('int_panaches') }}
    where jeu = 'maison'
),

rotations as (
    select 0 as rotation_deg
    union all
    select rotation_deg from {{ ref('panaches_temoins') }}
),

meilleurs as (
    select
        attributions.id_sondage,
        rotations.rotation_deg,
        max({{ score_attribution('attributions.tonnes', ecart_deg('attributions.ecart_signe_deg', 'rotations.rotation_deg'), 'attributions.distance_km') }}) as score
    from {{ ref('int_attributions') }} as attributions
    inner join jeu on attributions.jeu = jeu.jeu
    cross join rotations
    group by attributions.id_sondage, rotations.rotation_deg
),

comptes as (
    select
        seuils.seuil,
        count(meilleurs.score) filter (where meilleurs.rotation_deg = 0) as n_panaches,
        count(meilleurs.score) filter (where meilleurs.rotation_deg > 0)
        / (select cast(count(*) as double) from {{ ref('panaches_temoins') }}) as n_temoins
    from {{ ref('panaches_seuils') }} as seuils
    left join meilleurs on seuils.seuil <= meilleurs.score
    group by seuils.seuil
)

select
    comptes.seuil,
    comptes.n_panaches,
    comptes.n_temoins,
    jeu.jeu,
    min(case when comptes.n_panaches > 0 then least(1, comptes.n_temoins / comptes.n_panaches) else 1 end) over (
        order by comptes.seuil rows between unbounded preceding and current row
    ) as taux_fausse_attribution
from comptes
cross join jeu
