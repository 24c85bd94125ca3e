-- name: edition
select distinct edition, annee from marts.empreinte_consommation;

-- name: references
select maille, code_territoire, population, revenu_eur_uc, menages, gaz_mwh, electricite_mwh from marts.cles_empreinte;

-- name: lines
-- Those that are nothing in the nation are no lines of a workbook.
select
    maille, code_territoire, poste, sous_poste, perimetre, annee, cle, rang, emissions_tco2e, gsd2, statut_affectation, statut_cle,
    arrondi_emissions_tco2e
from marts.empreinte_consommation
where sous_poste in (
    select sous_poste from marts.empreinte_consommation where code_territoire = 'FR_ENTIERE' and emissions_tco2e <> 0
);

-- name: posts
-- Of an inventory there is one year, the newest.
with postes as (
    select * from marts.bilan_territorial
    union all by name
    select *, 'ensemble' as poste from marts.bilan_territorial_ensemble
)

select
    maille, code_territoire, poste, perimetre, inventaire, annee, edition, statut, statut_methode, est_provisoire, source,
    emissions_tco2e, part_connue_tco2e, emissions_tco2e_par_habitant, columns('arrondi_.*')
from postes
where perimetre <> 'terres_hors_total';

-- name: air
select
    maille, code_territoire, poste, polluant, inventaire, annee, edition, statut_methode, est_provisoire, emissions_kg, part_connue_kg, columns('arrondi_.*')
from marts.bilan_territorial_polluants;

-- name: sectors
-- The sectors of one inventory a measure: the newest year of each is that of the balance (int_bilan_inventaires); the one that knows most
-- sectors, then the newest, then the one that is retained for most posts of a year. One whole inventory, so that its posts add up.
with secteurs as (
    select maille, code_territoire, gaz as mesure, inventaire, version_inventaire, annee, secteur, niveau, emissions_tco2e as valeur
    from marts.inventaire_ges where "partition" and gaz = 'ges'
    union all
    select maille, code_territoire, polluant, inventaire, version_inventaire, annee, secteur, niveau, emissions_kg
    from marts.inventaire_polluants where "partition"
),
recents as (
    from secteurs qualify annee = max(annee) over (partition by inventaire, mesure = 'ges')
),
retenus as (
    select maille, code_territoire, 'ges' as mesure, inventaire, count(*) filter (where retenu) as n_postes
    from marts.bilan_territorial where perimetre = 'inventaire' group by all
    union all
    select maille, code_territoire, polluant, inventaire, count(*) filter (where retenu)
    from marts.bilan_territorial_polluants group by all
),
choisis as (
    select recents.maille, recents.code_territoire, recents.mesure, recents.inventaire
    from recents left join retenus using (maille, code_territoire, mesure, inventaire)
    group by recents.maille, recents.code_territoire, recents.mesure, recents.inventaire
    qualify row_number() over (
        partition by recents.maille, recents.code_territoire, recents.mesure
        order by
            count(recents.valeur) filter (where recents.niveau = 'secteur') desc, max(recents.annee) desc,
            max(retenus.n_postes) desc nulls last, recents.inventaire
    ) = 1
)
select recents.* from recents inner join choisis using (maille, code_territoire, mesure, inventaire);
