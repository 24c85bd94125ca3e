-- Which EPCI are compared with which: those of the same classes of density, forest and population (seed typologie_classes). A group of fewer than
-- ten forgets population, then forest. An EPCI of which the population is not known (communes born in the year of the COG) has no peers.
with forets as (
    select maille, code_territoire, cast(sum(surface_ha) as double) as foret_ha
    from {{ ref('int_flux_territoires') }}
    where nature = 'accroissement_biologique'
    group by maille, code_territoire
),

mesures as (
    select
        territoires.code_territoire,
        cast(territoires.population as double) as population,
        cast(territoires.population as double) / cast(territoires.surface_ha as double) * {{ ha_par_km2() }} as densite,
        100 * coalesce(forets.foret_ha, 0) / cast(territoires.surface_ha_couverte as double) as foret
    from {{ ref('int_territoires') }} as territoires
    left join forets on territoires.maille = forets.maille and territoires.code_territoire = forets.code_territoire
    where territoires.maille = 'epci' and territoires.n_communes_couvertes = territoires.n_communes
),

classes as (
    select
        mesures.code_territoire,
        {% for dimension in ['densite', 'foret', 'population'] -%}
        {{ dimension }}.libelle as {{ dimension }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from mesures
    {% for dimension in ['densite', 'foret', 'population'] -%}
    inner join {{ ref('typologie_classes') }} as {{ dimension }}
        on
            {{ dimension }}.dimension = '{{ dimension }}' and mesures.{{ dimension }} >= {{ dimension }}.borne_basse
            and ({{ dimension }}.borne_haute is null or mesures.{{ dimension }} < {{ dimension }}.borne_haute)
    {% endfor %}
),

-- Three groups an EPCI, from the narrowest: it is compared with the first that is large enough, and counts in each.
groupes as (
    select code_territoire, 3 as n_classes, densite || ', ' || foret || ', ' || population as groupe from classes
    union all
    select code_territoire, 2 as n_classes, densite || ', ' || foret as groupe from classes
    union all
    select code_territoire, 1 as n_classes, densite as groupe from classes
),

tailles as (
    select *, count(*) over (partition by groupe) as n_epci
    from groupes
)

select
    code_territoire,
    groupe,
    row_number() over (
        partition by code_territoire
        order by n_epci >= {{ var('pairs_au_moins') }} desc, case when n_epci >= {{ var('pairs_au_moins') }} then n_classes else 0 - n_classes end desc
    ) = 1 as est_retenu
from tailles
