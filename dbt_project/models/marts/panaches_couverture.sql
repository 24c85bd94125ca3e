-- What the satellite could see of each territory, month by month: where nothing was found, this says how well it was looked at.
with niveaux as (
    {% for maille, code in [('epci', 'siren_epci'), ('departement', 'code_departement'), ('region', 'code_region')] -%}
    select '{{ maille }}' as maille, {{ code }} as code_territoire, latitude_centiemes, longitude_centiemes
    from {{ ref('int_cellules') }}
    where {{ code }} is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

traces as (
    select {{ mois_du_sondage('id_sondage') }} as mois, orbite, n_sondages, limite_ppm_km,
        {{ centiemes('latitude') }} as latitude_centiemes, {{ centiemes('longitude') }} as longitude_centiemes
    from {{ ref('stg_oco2__traces') }}
),

pics as (
    select {{ mois_du_sondage('pics.id_sondage') }} as mois, panaches.id_sondage is not null as est_panache,
        {{ centiemes('pics.latitude') }} as latitude_centiemes, {{ centiemes('pics.longitude') }} as longitude_centiemes
    from {{ ref('stg_oco2__pics') }} as pics
    left join {{ ref('int_panaches') }} as panaches on panaches.jeu = 'maison' and pics.id_sondage = panaches.id_sondage and pics.niveau is not null
),

vus as (
    select
        traces.mois,
        niveaux.maille,
        niveaux.code_territoire,
        count(distinct traces.orbite) filter (where traces.limite_ppm_km is not null) as n_passages,
        sum(traces.n_sondages) as n_sondages,
        {{ parametre_panaches('pas_recherche') }} * count(traces.limite_ppm_km) as longueur_km,
        median(traces.limite_ppm_km) as limite_ppm_km
    from traces
    inner join niveaux on traces.latitude_centiemes = niveaux.latitude_centiemes and traces.longitude_centiemes = niveaux.longitude_centiemes
    group by traces.mois, niveaux.maille, niveaux.code_territoire
),

trouves as (
    select pics.mois, niveaux.maille, niveaux.code_territoire, count(*) as n_candidats, count(*) filter (where pics.est_panache) as n_panaches
    from pics
    inner join niveaux on pics.latitude_centiemes = niveaux.latitude_centiemes and pics.longitude_centiemes = niveaux.longitude_centiemes
    group by pics.mois, niveaux.maille, niveaux.code_territoire
)

select
    {{ colonnes_communes_aux_marts('territoires') }},
    vus.mois,
    cast(vus.n_passages as integer) as n_passages,
    cast(vus.n_sondages as integer) as n_sondages_qualite_0,
    vus.longueur_km as longueur_exploitable_km,
    cast(coalesce(trouves.n_candidats, 0) as integer) as n_candidats,
    cast(coalesce(trouves.n_panaches, 0) as integer) as n_panaches,
    vus.limite_ppm_km as limite_detection_ppm_km,
    licences.licence,
    execution.statut_donnees
from vus
inner join {{ ref('panaches_licences') }} as licences on licences.origine = 'OCO-2'
left join trouves on vus.mois = trouves.mois and vus.maille = trouves.maille and vus.code_territoire = trouves.code_territoire
{{ territoire_et_execution('vus') }}
