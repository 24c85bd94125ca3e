-- What part of each EPCI of an inventory stands in each published territory: an EPCI goes to an EPCI whose composition is its own, and to
-- larger territories of which it is wholly a part. Those that an EPCI merely touches cannot be rebuilt, nor those with land in no EPCI.
with listes as (
    select distinct millesime
    from {{ ref('stg_inventaires') }}
    where maille_source = 'epci'
),

epci_source as (
    select
        listes.millesime,
        epci.siren_epci as code_source,
        composition.atome,
        count(*) over (partition by listes.millesime, epci.siren_epci) as n_atomes
    from listes
    inner join {{ ref('stg_insee__epci_composition') }} as epci on listes.millesime = cast(epci.edition as string)
    inner join {{ ref('int_composition') }} as composition
        on listes.millesime = composition.millesime and epci.code_commune = composition.code_commune
    where epci.siren_epci is not null
),

membres as (
    select maille, code_territoire, millesime, code_commune
    from {{ ref('int_membres') }}
    where part_surface = 1
    union
    select maille, code_territoire, millesime, code_commune
    from {{ ref('int_membres_locaux') }}
),

membres_atomes as (
    select distinct membres.maille, membres.code_territoire, composition.atome
    from membres
    inner join {{ ref('int_composition') }} as composition
        on membres.millesime = composition.millesime and membres.code_commune = composition.code_commune
),

cibles as (
    select
        maille, code_territoire, atome,
        count(*) over (partition by maille, code_territoire) as n_atomes
    from membres_atomes
),

epci as (
    select
        epci_source.millesime,
        epci_source.code_source,
        cibles.maille,
        cibles.code_territoire,
        count(*) = max(epci_source.n_atomes) as est_dedans,
        count(*) as n_atomes,
        max(cibles.n_atomes) as n_atomes_cible
    from epci_source
    inner join cibles on epci_source.atome = cibles.atome
    group by all
)

select
    millesime, code_source, maille, code_territoire,
    case when est_dedans then 1.0 end as poids,  -- nobody knows what part of it is there
    case
        when maille = 'epci' then est_dedans and n_atomes = n_atomes_cible
        else
            bool_and(est_dedans) over (partition by millesime, maille, code_territoire)
            and sum(n_atomes) over (partition by millesime, maille, code_territoire) = n_atomes_cible
    end as est_reconstituable
from epci
