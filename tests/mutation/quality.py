"""Seeded faults of grades, peers, comparisons and consumption of land."""

from __future__ import annotations

from tests.mutation.fault import Fault

GRADES = "dbt_project/models/intermediate/qualite"
LAND, COMPARED = "dbt_project/models/intermediate/consommation", "dbt_project/models/intermediate/comparaisons"
UNIT = "tests/dbt"

QUALITY = (
    Fault("a zone that is not significant taken", f"{GRADES}/int_references_forets.sql",
          "min_by(grade, rang) filter (where est_significative) as grade", "min_by(grade, rang) as grade", UNIT),
    Fault("a value of no zone graded all the same", f"{GRADES}/int_references_forets.sql", "when regles.est_publiee then 'une_ser'",
          "when regles.est_publiee is not null then 'une_ser'", UNIT),
    Fault("poplars graded by region", f"{GRADES}/int_references_forets.sql",
          "and (niveaux.niveau = 'bassin_populicole') = (cellules.occupation = 'foret_peupleraie')", "", UNIT),
    Fault("what artificial soil gives back counted twice", f"{GRADES}/int_flux_grades.sql",
          "max(prises.surface_ha) * max(execution.annees_aldo)", "sum(prises.surface_ha) * max(execution.annees_aldo)", UNIT),
    Fault("a change of a year held against six", f"{GRADES}/int_flux_grades.sql",
          "max(prises.surface_ha) * max(execution.annees_aldo)", "max(prises.surface_ha)", UNIT),
    Fault("net fluxes for gross", f"{GRADES}/int_grades_territoires.sql", "poids * abs(flux_tco2e)", "poids * flux_tco2e", UNIT),
    Fault("a cell counted in each EPCI", "dbt_project/models/marts/qualite_reference.sql", "count(distinct cellule)", "count(*)", UNIT),
    Fault("columns of ten years read as one", "dbt_project/macros/consommation.sql",
          "'%02d' | format((annee + 1) % 100)", "'%02d' | format((annee + 10) % 100)", UNIT),
    Fault("a cell that is not known taken for zero", f"{LAND}/int_consommation_territoires.sql",
          "case when coalesce(sommes.n_inconnues, 0) = 0 then coalesce(sommes.surface_m2, 0) end", "coalesce(sommes.surface_m2, 0)", UNIT),
    Fault("artificial land among former uses", f"{LAND}/int_cout_usages.sql",
          "        and occupation_initiale not in (", "        and 'rien' not in (", UNIT),
    Fault("all years of Cerema for those of ALDO", f"{COMPARED}/int_rapprochements.sql",
          "        and consommee.annee < cast(left(execution.periode_aldo, 4) as integer) + execution.annees_aldo", "", UNIT),
    Fault("peers of other classes", f"{COMPARED}/int_pairs.sql", "n_epci >= {{ var('pairs_au_moins') }} desc,", "n_epci desc,", UNIT),
    Fault("the strongest source ranked first", "dbt_project/models/marts/comparaison_territoires.sql",
          "order by valeurs.flux_tco2e / cast(territoires.surface_ha_couverte as double)",
          "order by valeurs.flux_tco2e / cast(territoires.surface_ha_couverte as double) desc", UNIT),
    Fault("the target of the Union taken for its record", "dbt_project/models/staging/ue/stg_ue__releves.sql",
          "moyenne_2016_2018_kt_co2e as flux_kt_co2e", "absorptions_nettes_2030_kt_co2e as flux_kt_co2e", UNIT),
)  # fmt: skip
