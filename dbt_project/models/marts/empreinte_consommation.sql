-- Footprint of what the inhabitants of each territory consume, line by line: what the national footprint of products, shared by keys, gives.
with empreinte as (
    select
        {{ colonnes_communes_aux_marts('territoires') }},
        lignes.poste,
        lignes.sous_poste,
        lignes.perimetre,
        lignes.annee,
        lignes.edition,
        lignes.cle,
        lignes.rang,
        lignes.emissions_tco2e,
        lignes.part_connue_tco2e,
        lignes.emissions_tco2e / nullif(territoires.population, 0) as emissions_tco2e_par_habitant,
        case when lignes.emissions_tco2e is not null then exp(lignes.ln_gsd2) end as gsd2,
        case when lignes.emissions_tco2e is null then 'non_estime' else 'estime' end as statut,
        lignes.statut_affectation,
        lignes.statut_cle,
        'selon la source' as jeu_prg,
        {{ source_de_l_empreinte('lignes.edition') }} as source,  -- noqa: RF04
        'Licence Ouverte 2.0' as licence,
        {{ statut_inventaire('lignes.edition') }} as statut_donnees
    from {{ ref('int_bilan_empreinte') }} as lignes
    {{ territoire_et_execution('lignes') }}
)

select
    empreinte.*,
    {{ arrondis('empreinte', ['emissions_tco2e', 'part_connue_tco2e', 'emissions_tco2e_par_habitant']) }}
from empreinte
