-- What may be said of each aggregate. `valeur` is there when it is complete; `valeur_connue` is the sum of the known parts, withheld
-- where it would let a secret cell be computed by someone who knows the whole.
--
-- The known part of an incomplete sum is shown below departement only with enough known parts, none of which is nearly all of it: a reader
-- who knows which one is there would know its figure. Those that a combination of totals would still give away are left out of the
-- candidate (checks/partial_sums.py).
-- Known sums with secret parts are shown as int_inventaires_secrets says.
select
    {% for colonne in [
        'inventaire', 'maille', 'code_territoire', 'annee', 'secteur', 'mesure', 'energie', 'est_provisoire', 'est_reconstituable',
        'n_attendues', 'n_renseignees', 'n_secretes', 'n_secretes_partielles', 'valeur'] -%}
    territoires.{{ colonne }},
    {% endfor -%}
    case
        when not territoires.est_reconstituable then 'non_reconstituable'
        when territoires.n_secretes > 0 then 'secrete'
        when territoires.n_renseignees = territoires.n_attendues then 'complete'
        when territoires.n_renseignees > 0 or territoires.valeur is not null then 'partielle'
        else 'absente'
    end as completude,
    case
        when
            territoires.est_reconstituable and territoires.n_secretes = 0
            and territoires.n_renseignees = territoires.n_attendues
            then coalesce(territoires.valeur, 0)
    end as valeur_complete,
    case
        when
            territoires.est_reconstituable and (territoires.n_renseignees > 0 or territoires.valeur is not null)
            and (territoires.n_secretes = 0 or montrables.inventaire is not null)
            and (
                territoires.n_renseignees = territoires.n_attendues
                or contrats.maille_source = 'epci'
                or territoires.maille in ('departement', 'region', 'france')
                or (
                    territoires.n_renseignees >= contrats.parts_connues_min
                    and territoires.plus_grande_part <= contrats.part_max * territoires.valeur
                )
            )
            then coalesce(territoires.valeur, 0)
    end as valeur_connue
from {{ ref('int_inventaires_territoires') }} as territoires
inner join {{ ref('stg_inventaires') }} as contrats on territoires.inventaire = contrats.inventaire
left join {{ ref('int_inventaires_secrets') }} as montrables
    on
        {% for colonne in ['inventaire', 'maille', 'code_territoire', 'annee', 'secteur', 'mesure', 'energie'] -%}
        territoires.{{ colonne }} = montrables.{{ colonne }}{% if not loop.last %} and{% endif %}
        {% endfor %}
