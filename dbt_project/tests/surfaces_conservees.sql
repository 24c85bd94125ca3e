-- Departements and regions add up to the area of France, and so do EPCI with the communes that have none, to the square metre.
with sommes as (
    select maille, sum(surface_ha) as surface_ha
    from {{ ref('territoires') }}
    where maille in ('epci', 'departement', 'region') or code_territoire = 'FR_ENTIERE'
    group by all
    having count(*) = count(surface_ha)
),

sans_epci as (
    select coalesce(sum(surface_ha), 0) as surface_ha
    from {{ ref('int_communes') }}
    where siren_epci is null
)

select sommes.maille, sommes.surface_ha, france.surface_ha as surface_ha_france
from sommes
cross join sans_epci
inner join sommes as france on france.maille = 'france'
where abs(sommes.surface_ha + case when sommes.maille = 'epci' then sans_epci.surface_ha else 0 end - france.surface_ha) > 1e-4
