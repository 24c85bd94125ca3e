-- One geography across inputs: the commune list and the EPCI composition hold the same communes, and every commune has
-- a departement and a region of the COG.
with composition_cible as (
    select compositions.code_commune
    from {{ ref('stg_insee__epci_composition') }} as compositions
    inner join {{ ref('stg_execution') }} as execution on compositions.edition = execution.cog
)

select
    coalesce(communes.code_commune, composition.code_commune) as code_commune,
    case
        when communes.code_commune is null then 'dans epci_composition mais pas dans insee_communes : fichiers de deux millésimes ?'
        else 'dans insee_communes mais pas dans epci_composition : fichiers de deux millésimes ?'
    end as motif
from {{ ref('stg_insee__communes') }} as communes
full outer join composition_cible as composition
    on communes.code_commune = composition.code_commune
where communes.code_commune is null or composition.code_commune is null
union all
select
    communes.code_commune,
    'département, région ou EPCI absent de insee_departements, insee_regions ou epci_liste' as motif
from {{ ref('int_communes') }} as communes
left join {{ ref('stg_insee__departements') }} as departements
    on communes.code_departement = departements.code_departement
left join {{ ref('stg_insee__regions') }} as regions on communes.code_region = regions.code_region
cross join {{ ref('stg_execution') }} as execution
left join {{ ref('stg_insee__epci') }} as epci
    on communes.siren_epci = epci.siren_epci and execution.cog = epci.edition
where
    departements.code_departement is null
    or regions.code_region is null
    or (communes.siren_epci is not null and epci.siren_epci is null)
