-- The groups that each EPCI is compared in: its peers, the departement and region that hold most of its land, France; and those of others that it
-- counts in.
with places as (
    select siren_epci, code_departement, code_region, sum(surface_ha) as surface_ha
    from {{ ref('int_communes') }}
    where siren_epci is not null
    group by siren_epci, code_departement, code_region
),

principales as (
    select siren_epci, max_by(code_departement, surface_ha) as code_departement, max_by(code_region, surface_ha) as code_region
    from places
    group by siren_epci
)

select code_territoire, 'pairs' as groupe, groupe as code_groupe, est_retenu
from {{ ref('int_pairs') }}
{% for groupe, code in [('departement', 'principales.code_departement'), ('region', 'principales.code_region'), ('france', "'FR'")] -%}
union all
select territoires.code_territoire, '{{ groupe }}' as groupe, {{ code }} as code_groupe, true as est_retenu
from {{ ref('int_territoires') }} as territoires
inner join principales on territoires.code_territoire = principales.siren_epci
where territoires.maille = 'epci' and territoires.n_communes_couvertes = territoires.n_communes
{% endfor %}
