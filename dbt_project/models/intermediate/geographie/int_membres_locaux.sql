-- Communes of the user's own territories, in the vintage in which each is defined.
with communes as (
    select distinct millesime, code_commune
    from {{ ref('int_composition') }}
)

select
    locaux.maille,
    locaux.code_territoire,
    locaux.millesime,
    communes.code_commune
from {{ ref('stg_territoires_locaux') }} as locaux
inner join communes
    on locaux.millesime = communes.millesime and locaux.code_membre = communes.code_commune
where not locaux.est_epci
union
select
    locaux.maille,
    locaux.code_territoire,
    locaux.millesime,
    composition.code_commune
from {{ ref('stg_territoires_locaux') }} as locaux
inner join {{ ref('stg_insee__epci_composition') }} as composition
    on locaux.millesime = cast(composition.edition as string) and locaux.code_membre = composition.siren_epci
where locaux.est_epci
