-- Insee's lists agree on each commune: its departement is that of its code, its region that of its departement, its name the same in the COG and
-- in the composition of EPCI; and a commune to which nothing happened keeps its people, from one yearly table to the next.
with inchangees as (
    {{ communes_inchangees(
        'select distinct cast(edition as string) as millesime from ' ~ ref('stg_insee__population') ~ ' where population is not null') }}
),

populations as (
    select apres.edition, apres.code_commune, avant.population as population_avant, apres.population
    {{ avant_et_apres('stg_insee__population', 'edition') }}
)

select
    'insee_communes' as fichier, communes.com as code_commune, communes.dep as valeur,
    'le département ou la région n''est pas celui de ce code' as motif
from {{ source('raw', 'insee_communes') }} as communes
left join {{ source('raw', 'insee_departements') }} as departements on communes.dep = departements.dep
where
    communes.typecom = 'COM'
    and (communes.dep <> {{ departement_du_code('communes.com') }} or communes.reg is distinct from departements.reg)
union all
select
    'epci_composition' as fichier, composition.codgeo as code_commune, composition.libgeo || ' ' || composition.dep as valeur,
    'ce code est celui de ' || communes.libelle || ', departement ' || communes.dep as motif
from {{ source('raw', 'epci_composition') }} as composition
inner join {{ source('raw', 'insee_communes') }} as communes on composition.codgeo = communes.com and communes.typecom = 'COM'
cross join {{ ref('stg_execution') }} as execution
where
    composition._edition = cast(execution.cog as string)
    and (
        {{ nom_compare('composition.libgeo') }} <> {{ nom_compare('communes.libelle') }}
        or composition.dep <> communes.dep
        or composition.reg <> communes.reg
    )
union all
select
    'insee_population' as fichier, code_commune, cast(population as string) as valeur,
    'commune inchangée, qui avait ' || population_avant || ' habitants à l''édition précédente de ' || edition as motif
from populations
where
    (population = 0 and population_avant >= {{ borne('population_disparue') }})
    or {{ ecart_relatif('population_avant', 'population') }} > {{ borne('variation_population_part') }}
