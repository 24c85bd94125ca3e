-- Projection on the target COG and aggregation to the published meshes, in one pass while the table is still wide
-- (unpivoting first costs eight times more).
select
    case
        when grouping(communes.siren_epci) = 0 then 'epci'
        when grouping(communes.code_departement) = 0 then 'departement'
        when grouping(communes.code_region) = 0 then 'region'
        else 'france'
    end as maille,
    coalesce(communes.siren_epci, communes.code_departement, communes.code_region, 'FR') as code_territoire,
    {{ sommes_des_postes() }}
from {{ ref('int_flux_atmosphere') }} as flux
inner join {{ ref('int_passage_aldo') }} as passage on flux.code_commune_aldo = passage.code_commune_aldo
inner join {{ ref('stg_execution') }} as execution on passage.millesime_cible = cast(execution.cog as varchar)
inner join {{ ref('int_communes') }} as communes on passage.code_commune = communes.code_commune
group by
    grouping sets ((communes.siren_epci), (communes.code_departement), (communes.code_region), ())  -- noqa: PRS, RF02
having grouping(communes.siren_epci) = 1 or communes.siren_epci is not null
