-- Publishable territories of the target COG, EPCI and above, described from their communes. A sum over communes is null
-- when one of them has no figure; `_couverte` measures take only the communes that ALDO reaches.
with passage as (
    select code_commune, count(distinct code_commune_aldo) as n_aldo
    from {{ ref('int_passage_aldo') }}
    group by all
),

communes as (
    select communes.*, passage.n_aldo is not null as est_couverte
    from {{ ref('int_communes') }} as communes
    left join passage on communes.code_commune = passage.code_commune
),

membres as (
    {% for maille, code in mailles().items() -%}
    select '{{ maille }}' as maille, {{ code }} as code_territoire, communes.*
    from communes
    where {{ code }} is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

sources as (
    select membres.maille, membres.code_territoire, count(distinct aldo.code_commune_aldo) as n_communes_source
    from membres
    inner join {{ ref('int_passage_aldo') }} as aldo on membres.code_commune = aldo.code_commune
    group by all
),

resume as (
    select
        maille,
        code_territoire,
        count(*) as n_communes,
        count(*) filter (where est_couverte) as n_communes_couvertes,
        {{ somme_complete('population') }} as population,
        {{ somme_complete('population', 'est_couverte') }} as population_couverte,
        {{ somme_complete('surface_ha', 'est_couverte') }} as surface_ha_couverte,
        string_agg(distinct code_departement, ' ' order by code_departement) as codes_departements,
        string_agg(distinct code_region, ' ' order by code_region) as codes_regions
    from membres
    group by all
)

select
    resume.*,
    coalesce(sources.n_communes_source, 0) as n_communes_source,
    coalesce(epci.nom_epci, departements.nom_departement, regions.nom_region, 'France') as nom_territoire,
    epci.nature_epci
from resume
left join sources on resume.maille = sources.maille and resume.code_territoire = sources.code_territoire
left join {{ ref('stg_insee__epci') }} as epci
    on resume.maille = 'epci' and resume.code_territoire = epci.siren_epci
left join {{ ref('stg_insee__departements') }} as departements
    on resume.maille = 'departement' and resume.code_territoire = departements.code_departement
left join {{ ref('stg_insee__regions') }} as regions
    on resume.maille = 'region' and resume.code_territoire = regions.code_region
