-- Publishable territories on the target COG, EPCI and above, described from their communes. A sum over communes is null
-- when one of them has no figure; `_couverte` measures take only the communes that ALDO reaches; its
-- figures of France stand under FR, and FR_ENTIERE has none.
with couvertes as (
    select distinct passage.code_commune
    from {{ ref('int_passage_aldo') }} as passage
    inner join {{ ref('stg_execution') }} as execution on passage.millesime_cible = cast(execution.cog as string)
),

membres as (
    select
        membres.*,
        communes.siren_epci,
        communes.code_departement,
        communes.code_region,
        {{ terme_exact('membres.part_population * communes.population') }} as population,
        communes.annee_population,
        {{ terme_exact('membres.part_surface * communes.surface_ha') }} as surface_ha,
        couvertes.code_commune is not null and membres.code_territoire <> 'FR_ENTIERE' as est_couverte
    from {{ ref('int_membres') }} as membres
    inner join {{ ref('int_communes') }} as communes on membres.code_commune = communes.code_commune
    left join couvertes on membres.code_commune = couvertes.code_commune
),

sources as (
    select membres.maille, membres.code_territoire, count(distinct aldo.code_commune_aldo) as n_communes_source
    from membres
    inner join {{ ref('int_passage_aldo') }} as aldo on membres.code_commune = aldo.code_commune
    inner join {{ ref('stg_execution') }} as execution on aldo.millesime_cible = cast(execution.cog as string)
    where membres.est_couverte
    group by all
),

resume as (
    select
        maille,
        code_territoire,
        max(millesime) as millesime,
        count(*) as n_communes,
        count(*) filter (where part_surface < 1 or part_surface is null) as n_communes_partielles,
        count(*) filter (where est_couverte) as n_communes_couvertes,
        count(distinct siren_epci) as n_epci,
        {{ somme_complete('population') }} as population,
        {{ liste_de_textes('annee_population', ' et ', 'annee_population', unique=true) }} as annee_population,
        {{ somme_complete('surface_ha') }} as surface_ha,
        {{ somme_complete('population', 'est_couverte') }} as population_couverte,
        {{ somme_complete('surface_ha', 'est_couverte') }} as surface_ha_couverte,
        {{ liste_de_textes('code_departement', ' ', 'code_departement', unique=true) }} as codes_departements,
        {{ liste_de_textes('code_region', ' ', 'code_region', unique=true) }} as codes_regions
    from membres
    group by all
),

locaux as (
    select distinct maille, code_territoire, nom_territoire from {{ ref('stg_territoires_locaux') }}
)

select
    resume.*,
    coalesce(sources.n_communes_source, 0) as n_communes_source,
    coalesce(
        locaux.nom_territoire, epci.nom_epci, departements.nom_departement, regions.nom_region,
        case resume.code_territoire when 'FR' then 'France métropolitaine' when 'FR_ENTIERE' then 'France entière' end
    ) as nom_territoire,
    epci.nature_epci
from resume
cross join {{ ref('stg_execution') }} as execution
left join sources on resume.maille = sources.maille and resume.code_territoire = sources.code_territoire
left join locaux on resume.maille = locaux.maille and resume.code_territoire = locaux.code_territoire
left join {{ ref('stg_insee__epci') }} as epci
    on resume.maille = 'epci' and resume.code_territoire = epci.siren_epci and execution.cog = epci.edition
left join {{ ref('stg_insee__departements') }} as departements
    on resume.maille = 'departement' and resume.code_territoire = departements.code_departement
left join {{ ref('stg_insee__regions') }} as regions
    on resume.maille = 'region' and resume.code_territoire = regions.code_region
