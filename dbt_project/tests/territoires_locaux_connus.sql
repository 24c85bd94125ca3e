-- Each member of the user's own territories exists in the stated vintage, and each territory keeps what it needs to be published:
-- more than one commune, and a known share of every commune that it cuts.
with communes as (
    select distinct millesime, code_commune
    from {{ ref('int_composition') }}
),

epci as (
    select distinct cast(edition as string) as millesime, siren_epci
    from {{ ref('stg_insee__epci_composition') }}
),

couvertes as (
    select distinct passage.code_commune
    from {{ ref('int_passage_aldo') }} as passage
    inner join {{ ref('stg_execution') }} as execution on passage.millesime_cible = cast(execution.cog as string)
),

territoires as (
    select distinct maille, code_territoire
    from {{ ref('stg_territoires_locaux') }}
)

select locaux.ligne, locaux.code_territoire, locaux.code_membre,
    case
        when locaux.est_epci then 'EPCI inconnu au 1er janvier ' || locaux.millesime
        else 'commune inconnue au 1er janvier ' || locaux.millesime || ' : code, ou millésime ?'
    end as motif
from {{ ref('stg_territoires_locaux') }} as locaux
left join communes
    on locaux.millesime = communes.millesime and locaux.code_membre = communes.code_commune
left join epci
    on locaux.millesime = epci.millesime and locaux.code_membre = epci.siren_epci
where communes.code_commune is null and epci.siren_epci is null
union all
select cast(null as bigint) as ligne, membres.code_territoire, min(membres.code_commune) as code_membre,
    'le territoire tient dans une seule commune du COG cible : rien n''est publié sous l''EPCI' as motif
from {{ ref('int_membres') }} as membres
inner join territoires
    on membres.maille = territoires.maille and membres.code_territoire = territoires.code_territoire
group by membres.maille, membres.code_territoire
having count(distinct membres.code_commune) = 1
union all
select cast(null as bigint) as ligne, passage.code_territoire, min(passage.code_commune_aldo) as code_membre,
    'ses flux sont ceux d''une seule commune (d''ALDO ou du COG cible) : rien n''est publié sous l''EPCI' as motif
from {{ ref('int_passage_territoires') }} as passage
inner join {{ ref('int_membres') }} as membres
    on passage.maille = membres.maille and passage.code_territoire = membres.code_territoire
inner join couvertes on membres.code_commune = couvertes.code_commune
group by passage.maille, passage.code_territoire
having count(distinct passage.code_commune_aldo) = 1 or count(distinct membres.code_commune) = 1
union all
select cast(null as bigint) as ligne, passage.code_territoire, passage.code_commune_aldo as code_membre,
    'commune d''ALDO coupée par le territoire, et aucun millésime ne mesure la part de dedans : choisir des membres plus récents'
        as motif
from {{ ref('int_passage_territoires') }} as passage
where {% for mesure in mesures() %}passage.poids__{{ mesure }} is null{% if not loop.last %} or {% endif %}{% endfor %}
