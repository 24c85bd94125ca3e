{{ config(materialized='table') }}
-- What may be said of each aggregate. `valeur` is there when it is complete; `valeur_connue` is the sum of the known parts, withheld
-- where it would let a secret cell be computed by someone who knows the whole.
--
-- Known sums with secret parts are kept for departements, regions and France alone, which nest: such a sum is safe when the secret
-- cells in it, less those of the sums published below it, are none or several. A sum that holds a part of a secret cell is withheld.
with rattachements as (
    select distinct code_departement, code_region from {{ ref('int_communes') }}
),

secrets as (
    select
        territoires.*,
        case territoires.maille when 'departement' then rattachements.code_region when 'region' then 'FR' end as code_parent
    from {{ ref('int_inventaires_territoires') }} as territoires
    left join rattachements on territoires.maille = 'departement' and territoires.code_territoire = rattachements.code_departement
    where territoires.n_secretes > 0 and territoires.maille in ('departement', 'region', 'france')
),

departements as (
    select *, n_secretes_partielles = 0 and n_secretes > 1 as est_montrable, n_secretes as n_couvertes
    from secrets
    where maille = 'departement'
),

{% for maille, dessous in [('region', 'departements'), ('france', 'regions')] -%}
sous_{{ maille }} as (
    select
        inventaire, annee, secteur, mesure, energie, code_parent,
        sum({% if maille == 'region' %}case when est_montrable then n_couvertes else 0 end{% else %}n_couvertes{% endif %}) as n_dessous
    from {{ dessous }}
    group by all
),

{{ 'regions' if maille == 'region' else 'pays' }} as (
    select
        secrets.*,
        secrets.n_secretes_partielles = 0 and secrets.n_secretes - coalesce(sous.n_dessous, 0) <> 1 as est_montrable,
        case
            when secrets.n_secretes_partielles = 0 and secrets.n_secretes - coalesce(sous.n_dessous, 0) <> 1 then secrets.n_secretes
            else coalesce(sous.n_dessous, 0)
        end as n_couvertes
    from secrets
    left join sous_{{ maille }} as sous
        on
            secrets.inventaire = sous.inventaire and secrets.annee = sous.annee and secrets.secteur = sous.secteur
            and secrets.mesure = sous.mesure and secrets.energie = sous.energie and secrets.code_territoire = sous.code_parent
    where secrets.maille = '{{ maille }}'
){% if not loop.last %},{% endif %}
{% endfor %},

montrables as (
    {% for table in ['departements', 'regions', 'pays'] -%}
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
            then coalesce(territoires.valeur, 0)
    end as valeur_connue
from {{ ref('int_inventaires_territoires') }} as territoires
left join montrables
    on
        {% for colonne in ['inventaire', 'maille', 'code_territoire', 'annee', 'secteur', 'mesure', 'energie'] -%}
        territoires.{{ colonne }} = montrables.{{ colonne }}{% if not loop.last %} and{% endif %}
        {% endfor %}
