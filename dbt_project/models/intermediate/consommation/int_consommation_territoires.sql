-- Land that territories consumed (m2, exact decimals), by year and destination. Communes are summed once to the pieces of land that no mesh cuts.
-- A territory with a commune that the file does not describe (Mayotte stands apart), or does not know, has no figure.
with editions as (
    select distinct millesime from {{ ref('stg_cerema__communes') }}
),

lues as (
    select passage.code_cible as code_commune, bool_and(communes.code_commune is not null) as est_lue
    from {{ ref('int_passage_execution') }} as passage
    cross join {{ ref('stg_execution') }} as execution
    inner join editions on passage.millesime_source = editions.millesime
    left join {{ ref('stg_cerema__communes') }} as communes
        on passage.millesime_source = communes.millesime and passage.code_source = communes.code_commune
    where passage.millesime_cible = cast(execution.cog as string)
    group by passage.code_cible
),

couvertures as (
    select membres.maille, membres.code_territoire
    from {{ ref('int_membres') }} as membres
    left join lues on membres.code_commune = lues.code_commune
    group by membres.maille, membres.code_territoire
    having bool_and(coalesce(lues.est_lue, false))
),

morceaux as (
    select
        communes.siren_epci, communes.code_departement, communes.code_region, communes.est_metropole, consommation.annee, consommation.destination,
        sum(consommation.surface_m2) as surface_m2, count(*) - count(consommation.surface_m2) as n_inconnues
    from {{ ref('int_consommation_communes') }} as consommation
    inner join {{ ref('int_communes') }} as communes on consommation.code_commune = communes.code_commune
    group by all
),

parts as (
    {% for maille, code in niveaux() -%}
    select
        '{{ maille }}' as maille, {{ code }} as code_territoire,
        communes.annee, communes.destination, communes.surface_m2, communes.n_inconnues
    from morceaux as communes
    where {{ code }} is not null
    union all
    {% endfor %}
    select
        membres.maille, membres.code_territoire, consommation.annee, consommation.destination,
        {{ terme_exact('membres.part_surface * consommation.surface_m2') }} as surface_m2,
        case when consommation.surface_m2 is null then 1 else 0 end as n_inconnues
    from {{ ref('int_membres') }} as membres
    inner join {{ ref('int_consommation_communes') }} as consommation on membres.code_commune = consommation.code_commune
    where membres.maille not in ({{ mailles() }})
),

sommes as (
    select maille, code_territoire, annee, destination, sum(surface_m2) as surface_m2, sum(n_inconnues) as n_inconnues
    from parts
    group by maille, code_territoire, annee, destination
),

-- Every year that the edition knows, whatever was built in it.
annees as (
    select annee
    from sommes
    group by annee
    having count(surface_m2) > 0
),

cadre as (
    select couvertures.maille, couvertures.code_territoire, annees.annee, destinations.destination, editions.millesime as edition
    from couvertures
    cross join annees
    cross join editions
    cross join (
        values {% for destination in var('consommation').destinations %}('{{ destination.code }}'){% if not loop.last %}, {% endif %}{% endfor %}
    ) as destinations (destination)
)

select
    cadre.maille,
    cadre.code_territoire,
    cadre.annee,
    cadre.destination,
    cadre.edition,
    case when coalesce(sommes.n_inconnues, 0) = 0 then coalesce(sommes.surface_m2, 0) end as surface_m2
from cadre
left join sommes
    on
        cadre.maille = sommes.maille and cadre.code_territoire = sommes.code_territoire
        and cadre.annee = sommes.annee and cadre.destination = sommes.destination
