-- Each EPCI among others, in t CO2e a hectare and year, wood products by harvest: its peers, those of its departement, its region, France. The mean
-- is of all their hectares together; ranks start from the strongest removal.
with valeurs as (
    {% for indicateur in ['nature', "'flux_net'"] -%}
    select
        code_territoire, {{ indicateur }} as indicateur, {{ somme_large('flux_kt_co2e') }} * {{ tonnes_par_kt() }} as flux_tco2e,
        count(*) = count(flux_kt_co2e) as est_connu
    from {{ ref('flux_par_nature') }}
    where maille = 'epci' and approche_bois = 'recolte'
    group by code_territoire{% if indicateur == 'nature' %}, nature{% endif %}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

rapportees as (
    select
        'epci' as maille, membres.groupe, membres.code_groupe, membres.est_retenu, membres.code_territoire, valeurs.indicateur, valeurs.flux_tco2e,
        cast(territoires.surface_ha_couverte as double) as surface_ha,
        valeurs.flux_tco2e / cast(territoires.surface_ha_couverte as double) as valeur,
        cast(rank() over (
            partition by membres.groupe, membres.code_groupe, valeurs.indicateur
            order by valeurs.flux_tco2e / cast(territoires.surface_ha_couverte as double)
        ) as integer) as rang
    from {{ ref('int_groupes_epci') }} as membres
    inner join valeurs on membres.code_territoire = valeurs.code_territoire and valeurs.est_connu
    inner join {{ ref('int_territoires') }} as territoires on territoires.maille = 'epci' and membres.code_territoire = territoires.code_territoire
),

groupes as (
    select
        groupe, code_groupe, indicateur, count(*) as n_epci, {{ somme_large('flux_tco2e') }} / {{ somme_large('surface_ha') }} as moyenne,
        {% for rang, nom in [(0.25, 'premier_quartile'), (0.5, 'mediane'), (0.75, 'troisieme_quartile')] -%}
        percentile_cont({{ rang }}) within group (order by valeur) as {{ nom }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from rapportees
    group by groupe, code_groupe, indicateur
),

comparees as (
    select
        {{ colonnes_communes_aux_marts('territoires') }},
        rapportees.indicateur,
        rapportees.groupe,
        rapportees.code_groupe as detail_du_groupe,
        cast(groupes.n_epci as integer) as n_epci,
        rapportees.valeur as flux_tco2e_par_ha,
        rapportees.rang,
        groupes.moyenne as moyenne_tco2e_par_ha,
        groupes.premier_quartile as premier_quartile_tco2e_par_ha,
        groupes.mediane as mediane_tco2e_par_ha,
        groupes.troisieme_quartile as troisieme_quartile_tco2e_par_ha,
        'recolte' as approche_bois,
        {{ periode_et_annee() }},
        {{ provenance() }}
    from rapportees
    inner join groupes
        on
            rapportees.groupe = groupes.groupe and rapportees.code_groupe = groupes.code_groupe
            and rapportees.indicateur = groupes.indicateur
    {{ territoire_et_execution('rapportees') }}
    where rapportees.est_retenu and groupes.n_epci > 1
)

select
    comparees.*,
    {{ arrondis('comparees', ['flux_tco2e_par_ha', 'moyenne_tco2e_par_ha', 'premier_quartile_tco2e_par_ha', 'mediane_tco2e_par_ha',
                              'troisieme_quartile_tco2e_par_ha']) }}
from comparees
