-- One row: the national mean of standards of living, and the exponent of density of the key `voiture` with which the densest communes, up
-- to the share of people that the parameters say, have the share of car emissions that they say. Newton's method on the logarithm of that
-- share, whose derivative is the difference of two means of ln(density); eight steps, from 0, within [-1, 0].
{% set pas, dense = 8, 'est_dense' %}
with communes as (
    select
        population,
        ln(densite_hab_km2) as ln_densite,
        revenu_eur_uc,
        sum(population) over (order by densite_hab_km2 desc, code_commune asc rows unbounded preceding) / sum(population) over () as part_cumulee
    from {{ ref('int_bilan_communes') }}
),

parts as (
    select
        max(valeur) filter (where parametre = 'part_voiture_poles_population') as population,
        max(valeur) filter (where parametre = 'part_voiture_poles_co2') as co2
    from {{ ref('espass_parametres') }}
),

denses as (
    select communes.population, communes.ln_densite, communes.part_cumulee <= parts.population as est_dense
    from communes
    cross join parts
),

cible as (
    select max(parts.co2 / parts.population) * sum(denses.population) filter (where denses.est_dense) / sum(denses.population) as part
    from denses
    cross join parts
),

pas_0 as (
    select cast(0 as double) as exposant
),
{% for numero in range(1, pas + 1) %}
poids_{{ numero }} as (
    select
        denses.est_dense,
        denses.ln_densite,
        denses.population * exp(pas_{{ numero - 1 }}.exposant * denses.ln_densite) as poids,
        pas_{{ numero - 1 }}.exposant,
        cible.part
    from denses
    cross join pas_{{ numero - 1 }}
    cross join cible
),

pas_{{ numero }} as (
    select greatest(-1, least(0, max(exposant) - (
        ln({{ somme_large('poids', dense) }} / {{ somme_large('poids') }}) - ln(max(part))
    ) / (
        {{ somme_large('poids * ln_densite', dense) }} / {{ somme_large('poids', dense) }} - {{ somme_large('poids * ln_densite') }} / {{ somme_large('poids') }}
    ))) as exposant
    from poids_{{ numero }}
),
{% endfor %}
revenus as (
    select
        {{ somme_large('population * revenu_eur_uc') }} / sum(population) filter (where revenu_eur_uc is not null) as revenu_moyen_eur_uc
    from communes
)

select revenus.revenu_moyen_eur_uc, round(pas_{{ pas }}.exposant, 15) as exposant_densite  -- the same on any machine
from revenus
cross join pas_{{ pas }}
