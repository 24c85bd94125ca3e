-- What the keys of the footprint are made of, by commune of the target COG; never published. A standard of living or a ratio of households
-- that a commune lacks is that of the known communes of its EPCI, else of its departement, its region and, for households, of France. People that the
-- edition of the target does not count are those of the nearest one that does, else the persons of Filosofi.
{% set groupes = [
    ('epci', 'connus.siren_epci'), ('departement', 'connus.code_departement'), ('region', 'connus.code_region'), ('france', "'FR'")
] %}
with recensements as (
    select populations.code_commune, populations.population
    from {{ ref('stg_insee__population') }} as populations
    cross join {{ ref('stg_execution') }} as execution
    where populations.population is not null
    qualify row_number() over (
        partition by populations.code_commune order by abs(populations.edition - execution.cog) asc, populations.edition asc) = 1
),

connus as (
    select
        communes.code_commune,
        communes.siren_epci,
        communes.code_departement,
        communes.code_region,
        communes.surface_ha,
        coalesce(communes.population, recensements.population, revenus.personnes) as population,
        revenus.annee as annee_revenu,
        revenus.niveau_de_vie,
        revenus.menages / revenus.personnes as menages_par_personne,
        {{ terme_large('revenus.niveau_de_vie * revenus.personnes') }} as revenu_total,
        {{ terme_large('revenus.menages') }} as menages_connus,
        {{ terme_large('revenus.personnes') }} as personnes_connues
    from {{ ref('int_communes') }} as communes
    left join {{ ref('int_bilan_revenus') }} as revenus on communes.code_commune = revenus.code_commune
    left join recensements on communes.code_commune = recensements.code_commune
),

voisins as (
    select
        connus.*,
        {% for groupe, code in groupes -%}
        case
            when {{ code }} is not null
                then
                    cast(sum(connus.revenu_total) over (partition by {{ code }}) as double)
                    / nullif(cast(sum(connus.personnes_connues) over (partition by {{ code }}) as double), 0)
        end as niveau_{{ groupe }},
        case
            when {{ code }} is not null
                then
                    cast(sum(connus.menages_connus) over (partition by {{ code }}) as double)
                    / cast(sum(connus.personnes_connues) over (partition by {{ code }}) as double)
        end as menages_{{ groupe }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from connus
)

select
    code_commune,
    siren_epci,
    code_departement,
    code_region,
    population,
    case when population = 0 then 1.0 else population / (surface_ha / {{ ha_par_km2() }}) end as densite_hab_km2,
    annee_revenu,
    coalesce(niveau_de_vie, niveau_epci, niveau_departement, niveau_region) as revenu_eur_uc,
    case
        when niveau_de_vie is not null then 'commune'
        when niveau_epci is not null then 'epci'
        when niveau_departement is not null then 'departement'
        when niveau_region is not null then 'region'
        else 'inconnu'
    end as origine_revenu,
    population * coalesce(menages_par_personne, menages_epci, menages_departement, menages_region, menages_france) as menages
from voisins
