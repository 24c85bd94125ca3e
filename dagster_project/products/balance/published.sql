-- name: edition
select distinct edition, annee from marts.empreinte_consommation;

-- name: references
select maille, code_territoire, population, revenu_eur_uc, menages, gaz_mwh, electricite_mwh from marts.cles_empreinte;

-- name: lines
-- Those that are nothing in the nation are no lines of a workbook.
select maille, code_territoire, poste, sous_poste, perimetre, cle, rang, emissions_tco2e, gsd2
from marts.empreinte_consommation
where sous_poste in (
    select sous_poste from marts.empreinte_consommation where code_territoire = 'FR_ENTIERE' and emissions_tco2e <> 0
);

-- name: heads
select maille, code_territoire, poste, emissions_tco2e_par_habitant as par_habitant
from marts.bilan_territorial where perimetre = 'empreinte'
union all
select maille, code_territoire, 'ensemble', emissions_tco2e_par_habitant
from marts.bilan_territorial_ensemble where perimetre = 'empreinte';

-- name: sectors
-- The sectors of one inventory a measure: of the newest year of each, the one that knows most of them, the newest first.
with secteurs as (
    select maille, code_territoire, gaz as mesure, inventaire, version_inventaire, annee, secteur, niveau, emissions_tco2e as valeur
    from marts.inventaire_ges where "partition" and gaz = 'ges'
    union all
    select maille, code_territoire, polluant, inventaire, version_inventaire, annee, secteur, niveau, emissions_kg
    from marts.inventaire_polluants where "partition"
),
recents as (
    from secteurs qualify annee = max(annee) over (partition by inventaire, mesure)
),
choisis as (
    select maille, code_territoire, mesure, inventaire
    from recents
    group by maille, code_territoire, mesure, inventaire
    qualify row_number() over (
        partition by maille, code_territoire, mesure
        order by count(valeur) filter (where niveau = 'secteur') desc, max(annee) desc, inventaire
    ) = 1
)
select recents.* from recents inner join choisis using (maille, code_territoire, mesure, inventaire);
