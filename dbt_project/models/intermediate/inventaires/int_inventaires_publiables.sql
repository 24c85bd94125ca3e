{{ config(materialized='table') }}
-- What may be said of each aggregate. `valeur` is there when it is complete; `valeur_connue` is the sum of the known parts, withheld
-- where it would let a secret cell be computed by someone who knows the whole.
--
-- The known part of an incomplete sum is shown below departement only with enough known parts, none of which is nearly all of it: a reader
-- who knows which one is there would know its figure. Those that a combination of totals would still give away are left out of the
-- candidate (checks/partial_sums.py).
-- Known sums with secret parts are kept for departements, regions and France alone, which nest: such a sum is safe when the secret
-- cells in it, less those of the sums published below it, are none or several. A sum that holds a part of a secret cell is withheld.
with rattachements as (
    select distinct code_departement, code_region, est_metropole from {{ ref('int_communes') }}
),

regions_de_metropole as (
    select distinct code_region from rattachements where est_metropole
),

secrets as (
    select
        territoires.*,
        case
            when territoires.maille = 'departement' then rattachements.code_region
            when territoires.maille = 'region' and metropole.code_region is not null then 'FR'
            when territoires.code_territoire <> 'FR_ENTIERE' then 'FR_ENTIERE'
        end as code_parent
    from {{ ref('int_inventaires_territoires') }} as territoires
    left join rattachements on territoires.maille = 'departement' and territoires.code_territoire = rattachements.code_departement
    left join regions_de_metropole as metropole on territoires.maille = 'region' and territoires.code_territoire = metropole.code_region
    where territoires.n_secretes > 0 and territoires.maille in ('departement', 'region', 'france')
),

departements as (
    select
        *,
        n_secretes_partielles = 0 and n_secretes > 1 as est_montrable,
        case when n_secretes_partielles = 0 and n_secretes > 1 then n_secretes else 0 end as n_couvertes
    from secrets
    where maille = 'departement'
),

{% for niveau, condition, dessous in [
    ('regions', "secrets.maille = 'region'", ['departements']), ('metropole', "secrets.code_territoire = 'FR'", ['regions']),
    ('entiere', "secrets.code_territoire = 'FR_ENTIERE'", ['regions', 'metropole'])] -%}
sous_{{ niveau }} as (
    select inventaire, annee, secteur, mesure, energie, code_parent, sum(n_couvertes) as n_dessous
    from (
        {% for table in dessous -%}
        select inventaire, annee, secteur, mesure, energie, code_parent, n_couvertes from {{ table }}
        {% if not loop.last %}union all{% endif %}
        {% endfor %}
    ) as lignes
    group by inventaire, annee, secteur, mesure, energie, code_parent
),

{{ niveau }} as (
    select
        secrets.*,
        secrets.n_secretes_partielles = 0 and secrets.n_secretes - coalesce(sous.n_dessous, 0) <> 1 as est_montrable,
        case
            when secrets.n_secretes_partielles = 0 and secrets.n_secretes - coalesce(sous.n_dessous, 0) <> 1 then secrets.n_secretes
            else coalesce(sous.n_dessous, 0)
        end as n_couvertes
    from secrets
    left join sous_{{ niveau }} as sous
        on
            secrets.inventaire = sous.inventaire and secrets.annee = sous.annee and secrets.secteur = sous.secteur
            and secrets.mesure = sous.mesure and secrets.energie = sous.energie and secrets.code_territoire = sous.code_parent
    where {{ condition }}
),

{% endfor %}
montrables as (
    {% for table in ['departements', 'regions', 'metropole', 'entiere'] -%}
    select inventaire, maille, code_territoire, annee, secteur, mesure, energie
    from {{ table }}
    where est_montrable
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

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
left join montrables
    on
        {% for colonne in ['inventaire', 'maille', 'code_territoire', 'annee', 'secteur', 'mesure', 'energie'] -%}
        territoires.{{ colonne }} = montrables.{{ colonne }}{% if not loop.last %} and{% endif %}
        {% endfor %}
