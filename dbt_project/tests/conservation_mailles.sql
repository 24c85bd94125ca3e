-- Departements and regions add up to France for each nature and approach; so do EPCI with the communes that have none
-- (four islands), whose flux is recomputed here from ALDO's rows and never published.
with par_maille as (
    select maille, nature, approche_bois, sum(flux_kt_co2e) as flux_kt_co2e
    from {{ ref('flux_par_nature') }}
    group by all
),

sans_epci as (
    {% for nature, liste in [('changement_usage_sol', paires()), ('accroissement_biologique', forets())] -%}
    select '{{ nature }}' as nature, approches.approche_bois,
        sum(passage.poids__{{ liste[0].mesure }} * (
            {% for poste in liste -%}
            coalesce(flux.flux_tco2e__{{ poste.cle }}, 0){% if not loop.last %} + {% endif %}
            {%- endfor %})) / 1000 as flux_kt_co2e
    from {{ ref('int_flux_atmosphere') }} as flux
    inner join {{ ref('int_passage_aldo') }} as passage on flux.code_commune_aldo = passage.code_commune_aldo
    inner join {{ ref('stg_execution') }} as execution on passage.millesime_cible = cast(execution.cog as string)
    inner join {{ ref('int_communes') }} as communes on passage.code_commune = communes.code_commune
    cross join {{ approches_bois() }}
    where communes.siren_epci is null
    group by all
    union all
    {% endfor -%}
    {% for approche in ['recolte', 'consommation'] -%}
    select 'produits_bois' as nature, '{{ approche }}' as approche_bois,
        sum(passage.poids__bois_{{ approche }} * (coalesce(flux.flux_tco2e__bois__{{ approche }}__bo, 0)
            + coalesce(flux.flux_tco2e__bois__{{ approche }}__bi, 0))) / 1000 as flux_kt_co2e
    from {{ ref('int_flux_atmosphere') }} as flux
    inner join {{ ref('int_passage_aldo') }} as passage on flux.code_commune_aldo = passage.code_commune_aldo
    inner join {{ ref('stg_execution') }} as execution on passage.millesime_cible = cast(execution.cog as string)
    inner join {{ ref('int_communes') }} as communes on passage.code_commune = communes.code_commune
    where communes.siren_epci is null
    group by all
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    mailles.maille,
    france.nature,
    france.approche_bois,
    france.flux_kt_co2e as france_kt_co2e,
    par_maille.flux_kt_co2e
from par_maille as france
cross join (values ('epci'), ('departement'), ('region')) as mailles (maille)
left join par_maille
    on
        mailles.maille = par_maille.maille
        and france.nature = par_maille.nature
        and france.approche_bois = par_maille.approche_bois
left join sans_epci
    on
        mailles.maille = 'epci'
        and france.nature = sans_epci.nature
        and france.approche_bois = sans_epci.approche_bois
where
    france.maille = 'france'
    and {{ different('par_maille.flux_kt_co2e + coalesce(sans_epci.flux_kt_co2e, 0)', 'france.flux_kt_co2e') }}
