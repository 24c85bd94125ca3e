-- An inventory gives a year by sector or without detail, all gases together or one by one: rows that hold each other would add up twice.
-- And where the producer gives a total beside its parts, the parts are that total (to 0.5 %: producers round).
with totaux as (
    select
        inventaires.inventaire,
        inventaires.annee,
        inventaires.mesure,
        inventaires.energie,
        sum(inventaires.valeur) filter (where secteurs.role = 'total') as total_du_producteur,
        sum(inventaires.valeur) filter (where secteurs.role in ('secteur', 'tous_secteurs')) as parts,
        bool_and(inventaires.n_renseignees = inventaires.n_attendues) as est_complet,
        count(distinct secteurs.role) filter (where secteurs.role in ('secteur', 'tous_secteurs')) as n_niveaux
    from {{ ref('int_inventaires_territoires') }} as inventaires
    inner join {{ ref('inventaires_secteurs') }} as secteurs on inventaires.secteur = secteurs.secteur
    where inventaires.maille = 'france' and secteurs.role <> 'hors_total'
    group by all
)

select inventaire, annee, mesure, 'tous_secteurs a cote de secteurs : l''un contient les autres' as motif
from totaux
where n_niveaux > 1
union all
select inventaire, annee, mesure, 'le total du producteur n''est pas la somme de ses parties' as motif
from totaux
where est_complet and abs(total_du_producteur - parts) > 0.005 * total_du_producteur
union all
select inventaire, annee, 'ges' as mesure, 'tous gaz a cote de gaz seuls : l''un contient les autres' as motif
from totaux
where mesure in ('ges', 'co2', 'ch4', 'n2o')
group by inventaire, annee
having count(distinct mesure) > 1 and bool_or(mesure = 'ges')
