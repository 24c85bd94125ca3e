-- What part of each row of ALDO stands in each published territory, the user's own included: one weight a measure. Every sum over
-- territories starts from here.
with mailles as (
    select
        case
            when grouping(communes.siren_epci) = 0 then 'epci'
            when grouping(communes.code_departement) = 0 then 'departement'
            when grouping(communes.code_region) = 0 then 'region'
            else 'france'
        end as maille,
        grouping(communes.siren_epci) = 0 and communes.siren_epci is null as est_sans_epci,
        coalesce(communes.siren_epci, communes.code_departement, communes.code_region, 'FR') as code_territoire,
        passage.code_commune_aldo,
        {% for mesure in mesures_projetees() -%}
        cast({{ somme_complete('cast(passage.poids__' ~ mesure ~ ' as decimal(18, 16))') }} as double) as poids__{{ mesure }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('int_passage_aldo') }} as passage
    inner join {{ ref('stg_execution') }} as execution on passage.millesime_cible = cast(execution.cog as string)
    inner join {{ ref('int_communes') }} as communes on passage.code_commune = communes.code_commune
    group by
        grouping sets (  -- noqa: PRS, RF02
            (passage.code_commune_aldo, communes.siren_epci), (passage.code_commune_aldo, communes.code_departement),
            (passage.code_commune_aldo, communes.code_region), (passage.code_commune_aldo)
        )
)

select
    territoires.maille,
    territoires.code_territoire,
    territoires.code_commune_aldo,
    {% for mesure in mesures_projetees() -%}
    territoires.poids__{{ mesure }}{% if not loop.last %},{% endif %}
    {% endfor %}
from {{ ref('int_passage_territoires') }} as territoires
union all
select
    mailles.maille,
    mailles.code_territoire,
    mailles.code_commune_aldo,
    {% for mesure in mesures_projetees() -%}
    mailles.poids__{{ mesure }}{% if not loop.last %},{% endif %}
    {% endfor %}
from mailles
where not mailles.est_sans_epci
