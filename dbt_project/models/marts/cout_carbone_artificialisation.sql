-- What sealing costs each year in carbon: the hectares that Cerema counts, times what ALDO's own unit fluxes say of the former uses that they are
-- assumed to be of. An indicator beside the record, never in it.
with couts as (
    select
        maille,
        code_territoire,
        repartition,
        case when count(tco2e_par_ha) = count(*) then {{ somme_large('part * tco2e_par_ha') }} end as cout_moyen_tco2e_par_ha
    from {{ ref('int_cout_usages') }}
    group by maille, code_territoire, repartition
),

cout as (
    select
        {{ colonnes_communes_aux_marts('territoires') }},
        consommee.annee,
        {{ est_comparable_dans_le_temps('consommee') }} as est_comparable,
        cast(consommee.surface_m2 as double) / {{ m2_par_ha() }} as surface_ha,
        couts.cout_moyen_tco2e_par_ha,
        cast(consommee.surface_m2 as double) / {{ m2_par_ha() }} * couts.cout_moyen_tco2e_par_ha as cout_tco2e,
        couts.repartition,
        case couts.repartition
            when 'conversions_aldo'
                then 'hypothèse : les hectares de l''année viennent des mêmes usages que les conversions vers les sols imperméabilisés d''ALDO ('
                    || execution.periode_aldo || ') ; tous sont comptés comme imperméabilisés, l''effet entier l''année même'
            else
                'hypothèse : ALDO ne voit ici aucune conversion vers les sols imperméabilisés ; les hectares de l''année viennent des usages du sol'
                || ' de 2018, à proportion ; tous sont comptés comme imperméabilisés, l''effet entier l''année même'
        end as hypothese,
        consommee.edition,
        {{ provenance() }}
    from {{ ref('int_consommation_territoires') }} as consommee
    inner join couts on consommee.maille = couts.maille and consommee.code_territoire = couts.code_territoire
    {{ territoire_et_execution('consommee') }}
    where consommee.destination = 'ensemble'
)

select
    cout.*,
    {{ arrondis('cout', ['surface_ha', 'cout_moyen_tco2e_par_ha', 'cout_tco2e']) }}
from cout
