-- What ALDO says of a territory and what another source, or another reading of ALDO, says of the same thing: one row a comparison and item, the
-- whole first, then what its difference is made of where that can be told. Areas in ha a year, fluxes in kt CO2e a year.
with flux as (
    select
        maille, code_territoire,
        {% for approche in ['recolte', 'consommation'] -%}
        {{ en_kt(somme_complete('flux_tco2e', "nature = 'produits_bois' and approche_bois = '" ~ approche ~ "'")) }} as bois_{{ approche }},
        {% endfor -%}
        {{ en_kt("sum(flux_tco2e) filter (where coalesce(approche_bois, 'recolte') = 'recolte')") }} as net,
        {{ en_kt('sum(n2o_tco2e)') }} as n2o,
        {{ en_kt('sum(n2o_corrige_tco2e)') }} as n2o_corrige,
        cast(sum(surface_ha) filter (
            where occupation_finale_n1 = 'sols_artificiels' and occupation_initiale not in ({{ usages_artificiels() }})
        ) as double) as artificialisation_ha
    from {{ ref('int_flux_territoires') }}
    where maille in ('region', 'france')
    group by maille, code_territoire
),

-- The years that ALDO's period is a mean of, from its first January to its last.
consommation as (
    select
        consommee.maille, consommee.code_territoire, concat_ws('-', min(consommee.annee), max(consommee.annee)) as annees,
        case
            when count(consommee.surface_m2) = max(execution.annees_aldo)
                then cast(sum(consommee.surface_m2) as double) / {{ m2_par_ha() }} / max(execution.annees_aldo)
        end as surface_ha
    from {{ ref('int_consommation_territoires') }} as consommee
    cross join {{ ref('stg_execution') }} as execution
    where
        consommee.destination = 'ensemble'
        and consommee.annee >= cast(left(execution.periode_aldo, 4) as integer)
        and consommee.annee < cast(left(execution.periode_aldo, 4) as integer) + execution.annees_aldo
    group by consommee.maille, consommee.code_territoire
),

lignes as (
    {% for comparaison, poste, aldo, autre, periode, mailles in [
        ('puits_national', 'ensemble', 'flux.net', 'releves.flux_kt_co2e', 'releves.periode', "'france'"),
        ('puits_national', 'n2o', 'flux.n2o', 'flux.n2o_corrige', 'null', "'france'"),
        ('puits_national', 'produits_bois', 'flux.bois_recolte', 'flux.bois_consommation', 'null', "'france'"),
        ('n2o', 'ensemble', 'flux.n2o', 'flux.n2o_corrige', 'null', "'france', 'region'"),
        ('produits_bois', 'ensemble', 'flux.bois_recolte', 'flux.bois_consommation', 'null', "'france', 'region'"),
    ] -%}
    select
        flux.maille, flux.code_territoire, '{{ comparaison }}' as comparaison, '{{ poste }}' as poste,
        {{ aldo }} as aldo_kt_co2e, {{ autre }} as autre_kt_co2e, {{ aldo }} - {{ autre }} as ecart_kt_co2e,
        null as aldo_ha, null as autre_ha, {{ periode }} as periode
    from flux
    {% if 'releves' in autre -%}inner join {{ ref('stg_ue__releves') }} as releves on releves.iso3 = 'FRA'{%- endif %}
    where flux.maille in ({{ mailles }})
    union all
    {% endfor %}
    select
        flux.maille, flux.code_territoire, 'artificialisation' as comparaison, 'ensemble' as poste,
        null as aldo_kt_co2e, null as autre_kt_co2e, null as ecart_kt_co2e,
        flux.artificialisation_ha as aldo_ha, consommation.surface_ha as autre_ha, consommation.annees as periode
    from flux
    left join consommation on flux.maille = consommation.maille and flux.code_territoire = consommation.code_territoire
)

select
    maille, code_territoire, comparaison, poste, aldo_kt_co2e, autre_kt_co2e, ecart_kt_co2e, aldo_ha, autre_ha, aldo_ha - autre_ha as ecart_ha, periode
from lignes
union all
-- What no source lets us tell: the whole difference less what is told of it (an exact sum: its rows have no order).
select
    maille, code_territoire, comparaison, 'non_reparti' as poste,
    null as aldo_kt_co2e, null as autre_kt_co2e, {{ somme_large("case when poste = 'ensemble' then ecart_kt_co2e else 0 - ecart_kt_co2e end") }} as ecart_kt_co2e,
    null as aldo_ha, null as autre_ha, sum(aldo_ha - autre_ha) as ecart_ha, null as periode
from lignes
where comparaison in ('puits_national', 'artificialisation')
group by maille, code_territoire, comparaison
