-- Why the State says otherwise: ALDO's totals of regions and France beside the national inventory, beside Cerema's hectares, and beside its own other
-- readings, each with its perimeter and years. Records alone: nothing here is a target.
with compares as (
    select
        {{ colonnes_communes_aux_marts('territoires') }},
        lignes.comparaison,
        lignes.poste,
        textes.rang,
        textes.libelle,
        lignes.aldo_kt_co2e,
        lignes.autre_kt_co2e,
        lignes.ecart_kt_co2e,
        lignes.aldo_ha,
        lignes.autre_ha,
        lignes.ecart_ha,
        coalesce(lignes.aldo_kt_co2e / nullif(lignes.autre_kt_co2e, 0), lignes.aldo_ha / nullif(lignes.autre_ha, 0)) as rapport_aldo_sur_autre,
        textes.perimetre_aldo,
        {{ periode_et_annee() }},
        textes.autre_source,
        textes.perimetre_autre,
        coalesce(lignes.periode, case when textes.autre_source like 'ALDO%' or lignes.poste = 'produits_bois' then execution.periode_aldo end) as periode_autre,
        textes.explication,
        {{ provenance() }}
    from {{ ref('int_rapprochements') }} as lignes
    inner join {{ ref('rapprochements') }} as textes on lignes.comparaison = textes.comparaison and lignes.poste = textes.poste
    {{ territoire_et_execution('lignes') }}
)

select
    compares.*,
    {{ arrondis('compares', ['aldo_kt_co2e', 'autre_kt_co2e', 'ecart_kt_co2e', 'aldo_ha', 'autre_ha', 'ecart_ha', 'rapport_aldo_sur_autre']) }}
from compares
