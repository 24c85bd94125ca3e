-- What may be said of each aggregate. `valeur` is there when it is complete; `valeur_connue` is the sum of the known parts, withheld
-- where it would let a secret cell be computed by someone who knows the whole.
--
-- The known part of an incomplete sum is shown below departement only with enough known parts, none of which is nearly all of it: a reader
-- who knows which one is there would know its figure. Those that a combination of totals would still give away are left out of the
-- candidate (checks/partial_sums.py).
-- Known sums with secret parts are shown as int_inventaires_secrets says. A producer's own sum is there where one of its parts is secret or
-- missing, whole or not at all.
with sommes as (
    select
        territoires.inventaire, territoires.maille, territoires.code_territoire, territoires.annee, territoires.mesure,
        sommes.secteur_somme as secteur, sommes.energie_somme as energie,
        bool_or(territoires.n_secretes > 0 or territoires.n_renseignees < territoires.n_attendues) as est_utile
    from {{ ref('int_inventaires_territoires') }} as territoires
    inner join {{ ref('int_inventaires_sommes') }} as sommes
        on
            territoires.inventaire = sommes.inventaire and territoires.annee = sommes.annee and territoires.mesure = sommes.mesure
            and territoires.secteur = sommes.secteur and territoires.energie = sommes.energie
    where sommes.est_entiere and sommes.est_toute_energie
    group by all
),

lignes as (
    select territoires.*, true as est_partition
    from {{ ref('int_inventaires_territoires') }} as territoires
    where not {{ est_une_somme('territoires') }}
    union all
    select territoires.*, false as est_partition
    from {{ ref('int_inventaires_territoires') }} as territoires
    inner join sommes
        on
            {% for colonne in ['inventaire', 'maille', 'code_territoire', 'annee', 'mesure', 'secteur', 'energie'] -%}
            territoires.{{ colonne }} = sommes.{{ colonne }}{% if not loop.last %} and{% endif %}
            {% endfor %}
    where sommes.est_utile and territoires.n_secretes = 0 and territoires.n_renseignees = territoires.n_attendues
)

select
    {% for colonne in [
        'inventaire', 'maille', 'code_territoire', 'annee', 'secteur', 'mesure', 'energie', 'est_provisoire', 'est_reconstituable',
        'n_attendues', 'n_renseignees', 'n_secretes', 'n_secretes_partielles', 'est_partition', 'valeur'] -%}
    territoires.{{ colonne }},
    {% endfor -%}
    territoires.somme_publiee or not territoires.est_partition as somme_publiee,
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
            (territoires.est_reconstituable or territoires.maille <> 'epci') and (territoires.n_renseignees > 0 or territoires.valeur is not null)
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
from lignes as territoires
inner join {{ ref('stg_inventaires') }} as contrats on territoires.inventaire = contrats.inventaire
left join {{ ref('int_inventaires_secrets') }} as montrables
    on
        {% for colonne in ['inventaire', 'maille', 'code_territoire', 'annee', 'secteur', 'mesure', 'energie'] -%}
        territoires.{{ colonne }} = montrables.{{ colonne }}{% if not loop.last %} and{% endif %}
        {% endfor %}
