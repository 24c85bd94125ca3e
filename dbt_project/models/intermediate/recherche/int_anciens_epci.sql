-- Names that EPCI had in the earlier lists at hand, and the EPCI of now that they lead to: the same one, renamed, or those where its communes went.
with anciens as (
    select listes.edition, listes.siren_epci, listes.nom_epci
    from {{ ref('stg_insee__epci') }} as listes
    cross join {{ ref('stg_execution') }} as execution
    where listes.edition < execution.cog
),

actuels as (
    select listes.siren_epci, listes.nom_epci
    from {{ ref('stg_insee__epci') }} as listes
    inner join {{ ref('stg_execution') }} as execution on listes.edition = execution.cog
),

disparus as (
    select distinct anciens.nom_epci, communes.siren_epci
    from anciens
    inner join {{ ref('stg_insee__epci_composition') }} as composition
        on anciens.edition = composition.edition and anciens.siren_epci = composition.siren_epci
    inner join {{ ref('int_composition') }} as avant
        on cast(anciens.edition as string) = avant.millesime and composition.code_commune = avant.code_commune
    cross join {{ ref('stg_execution') }} as execution
    inner join {{ ref('int_composition') }} as apres
        on avant.atome = apres.atome and cast(execution.cog as string) = apres.millesime
    inner join {{ ref('int_communes') }} as communes on apres.code_commune = communes.code_commune
    where communes.siren_epci is not null and anciens.siren_epci not in (select actuels.siren_epci from actuels)
)

select distinct anciens.nom_epci, actuels.siren_epci
from anciens
inner join actuels on anciens.siren_epci = actuels.siren_epci
where anciens.nom_epci <> actuels.nom_epci
union
select disparus.nom_epci, disparus.siren_epci
from disparus
