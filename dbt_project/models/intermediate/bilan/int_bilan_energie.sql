-- Electricity and gas that a household of each departement takes (MWh a year), in the newest year of the source. A departement without a
-- line has no network of gas; its electricity is that of a mean household of the others.
with menages as (
    select code_departement, {{ somme_large('menages') }} as menages
    from {{ ref('int_bilan_communes') }}
    group by code_departement
),

consommations as (
    select code_departement, annee, energie, residentiel_mwh
    from {{ ref('stg_ore__residentiel') }}
    where annee in (select max(annees.annee) from {{ ref('stg_ore__residentiel') }} as annees)
),

moyennes as (
    select
        consommations.energie,
        consommations.annee,
        {{ somme_large('consommations.residentiel_mwh') }} / {{ somme_large('menages.menages') }} as mwh_par_menage
    from consommations
    inner join menages on consommations.code_departement = menages.code_departement
    group by consommations.energie, consommations.annee
)

select
    menages.code_departement,
    moyennes.energie,
    moyennes.annee,
    consommations.residentiel_mwh is null as est_sans_ligne,
    coalesce(
        consommations.residentiel_mwh / menages.menages, case when moyennes.energie = 'gaz' then 0 else moyennes.mwh_par_menage end
    ) as mwh_par_menage
from menages
cross join moyennes
left join consommations
    on menages.code_departement = consommations.code_departement and moyennes.energie = consommations.energie
