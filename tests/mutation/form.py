"""Seeded faults of the PCAET form, of trends and targets, and of the hub's format."""

from __future__ import annotations

from tests.mutation.fault import Fault

MARTS, FORM = "dbt_project/models/marts", "dbt_project/models/intermediate/pcaet/int_pcaet_inventaires.sql"

FORMS = (
    Fault("base year of a trend moved by one", f"{MARTS}/inventaire_tendances.sql",
          "series.annee_de_base = bases.annee", "series.annee_de_base + 1 = bases.annee"),
    Fault("provisional year taken for definitive", f"{MARTS}/inventaire_tendances.sql",
          "max(annee) filter (where valeur_du_cadre is not null and not est_provisoire)", "max(annee) filter (where valeur_du_cadre is not null)"),
    Fault("years of a trend counted, gaps or not", "dbt_project/macros/pcaet.sql",
          "({{ derniere_annee }} - {{ premiere_annee }})", "({{ derniere_annee }} - {{ premiere_annee }} + 1)"),
    Fault("tonnes in a form of kilotonnes", FORM, "emissions_tco2e / {{ tonnes_par_kt() }} as valeur", "emissions_tco2e as valeur"),
    Fault("a producer's sum added to its parts", FORM,
          "where partition and gaz = 'ges'", "where gaz = 'ges'"),
    Fault("energy produced taken for energy consumed", FORM,
          "where partition and grandeur = 'consommation_energie'", "where partition"),
    Fault("the nation before the observatory", f"{MARTS}/pcaet_diagnostic.sql",
          "order by not est_a_deposer, est_inconnu, rang,", "order by not est_a_deposer, est_inconnu, -rang,"),
    Fault("an unknown block kept before a known one", f"{MARTS}/pcaet_diagnostic.sql",
          "order by not est_a_deposer, est_inconnu, ", "order by not est_a_deposer, "),
    Fault("a provisional year filed", f"{MARTS}/pcaet_diagnostic.sql", "bool_or(remplies.est_provisoire) asc, ", ""),
    Fault("a block of two inventories", f"{MARTS}/pcaet_diagnostic.sql",
          "remplies.inventaire = choisis.inventaire and ", ""),
    Fault("a pace from the provisional year", f"{MARTS}/objectifs.sql", "and not lignes.est_provisoire", ""),
    Fault("sign of the form not switched", "dagster_project/release/candidate.py",
          "where convention_de_signe = '{HOUSE_SIGN}'", "where false"),
    Fault("emissions switched with sequestration", "dagster_project/release/candidate.py",
          "where convention_de_signe = '{HOUSE_SIGN}'", "where true", "tests/integration/test_form.py"),
    Fault("two wood approaches in one indicator", "dagster_project/products/hub.yml",
          "table: flux_par_nature, column: flux_kt_co2e, folders: [approche_bois],", "table: flux_par_nature, column: flux_kt_co2e,",
          "tests/integration/test_hub.py"),
    Fault("a ratio said to be summable", "dagster_project/products/hub.yml",
          "folders: [approche_bois], period: flux,\n   summable: false}", "folders: [approche_bois], period: flux,\n   summable: true}",
          "tests/integration/test_hub.py"),
    Fault("the first year of a period as its date", "dagster_project/products/hub.py", "year=years[-4:]", "year=years[:4]",
          "tests/integration/test_hub.py"),
)  # fmt: skip
