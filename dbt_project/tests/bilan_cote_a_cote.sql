-- The balance lists perimeters side by side: each of its rows is that of one source alone, to the bit; direct and indirect emissions make the
-- footprint, and the posts of an inventory make its total.
with origines as (
    select maille, code_territoire, 'inventaire' as perimetre, poste, inventaire, valeur as emissions
    from {{ ref('int_bilan_inventaires') }}
    union all
    select maille, code_territoire, perimetre, poste, '' as inventaire, emissions_tco2e as emissions
    from {{ ref('int_bilan_postes') }}
    union all
    select maille, code_territoire, 'terres_hors_total' as perimetre, 'utilisation_terres' as poste, '' as inventaire, emissions_tco2e as emissions
    from {{ ref('int_bilan_terres') }}
),

bilan as (
    select maille, code_territoire, perimetre, poste, coalesce(inventaire, '') as inventaire, emissions_tco2e as emissions
    from {{ ref('bilan_territorial') }}
    union all
    select maille, code_territoire, perimetre, 'ensemble' as poste, coalesce(inventaire, '') as inventaire, emissions_tco2e as emissions
    from {{ ref('bilan_territorial_ensemble') }}
),

empreintes as (
    select
        maille, code_territoire, poste,
        sum(emissions) filter (where perimetre <> 'empreinte') as parts,
        sum(emissions) filter (where perimetre = 'empreinte') as somme
    from bilan
    where perimetre in ('direct_menages', 'indirect', 'empreinte')
    group by maille, code_territoire, poste
),

inventaires as (
    select maille, code_territoire, inventaire, sum(part_connue_tco2e) as parts
    from {{ ref('bilan_territorial') }}
    where perimetre = 'inventaire'
    group by maille, code_territoire, inventaire
)

select
    'origine' as regle, coalesce(bilan.maille, origines.maille) as maille, coalesce(bilan.code_territoire, origines.code_territoire) as code_territoire,
    coalesce(bilan.perimetre, origines.perimetre) || ' ' || coalesce(bilan.poste, origines.poste) as ligne, origines.emissions as attendu,
    bilan.emissions as constat
from bilan
full outer join origines
    on
        bilan.maille = origines.maille and bilan.code_territoire = origines.code_territoire and bilan.perimetre = origines.perimetre
        and bilan.poste = origines.poste and bilan.inventaire = origines.inventaire
where bilan.maille is null or origines.maille is null or bilan.emissions is distinct from origines.emissions
union all
select 'direct et indirect' as regle, maille, code_territoire, poste as ligne, parts as attendu, somme as constat
from empreintes
where somme is not null and not coalesce(abs(parts - somme) <= 0.001, false)
union all
select
    'postes et total' as regle, inventaires.maille, inventaires.code_territoire, inventaires.inventaire as ligne, ensemble.part_connue_tco2e as attendu,
    inventaires.parts as constat
from inventaires
inner join {{ ref('bilan_territorial_ensemble') }} as ensemble
    on
        inventaires.maille = ensemble.maille and inventaires.code_territoire = ensemble.code_territoire and inventaires.inventaire = ensemble.inventaire
where ensemble.statut = 'estime' and not coalesce(abs(ensemble.part_connue_tco2e - inventaires.parts) <= 1e-9 * (1 + abs(inventaires.parts)), inventaires.parts is null)
union all
select 'estimé sans valeur' as regle, maille, code_territoire, poste || ' ' || sous_poste as ligne, null as attendu, null as constat
from {{ ref('empreinte_consommation') }}
where statut = 'estime' and emissions_tco2e is null
union all
select 'estimé sans valeur' as regle, maille, code_territoire, perimetre || ' ' || poste as ligne, null as attendu, null as constat
from {{ ref('bilan_territorial') }}
where (statut = 'estime' and emissions_tco2e is null) or (inventaire is null) <> (perimetre <> 'inventaire')
