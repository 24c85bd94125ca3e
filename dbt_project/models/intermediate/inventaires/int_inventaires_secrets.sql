-- Known sums that hold secret parts and may be shown all the same: those of departements, regions and France alone, which nest. Such a sum is
-- safe when the secret cells in it, less those of the sums shown below it, are none or several; one that holds a part of a cell is not.
-- What published sums would give away with them is looked for by checks/secret_cells.py.
with rattachements as (
    select distinct code_departement, code_region, est_metropole from {{ ref('int_communes') }}
),

regions_de_metropole as (
    select distinct code_region
    from rattachements
    where est_metropole
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
    where
        territoires.n_secretes > 0 and territoires.maille in ('departement', 'region', 'france')
        and not {{ est_une_somme('territoires') }}
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
){% if not loop.last %},{% endif %}

{% endfor %}

{% for table in ['departements', 'regions', 'metropole', 'entiere'] -%}
select inventaire, maille, code_territoire, annee, secteur, mesure, energie
from {{ table }}
where est_montrable
{% if not loop.last %}union all{% endif %}
{% endfor %}
