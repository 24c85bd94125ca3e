"""Seeded faults in what surrounds a figure: labels, titles, units, legends, signs told, flags, bounds of gates."""

from __future__ import annotations

from tests.mutation.fault import Fault

SEEDS, SITE = "dbt_project/seeds", "dagster_project/publication/site"
TEMPLATES, BOOKS = f"{SITE}/templates", "dagster_project/publication/workbooks"
READ = "tests/contract/test_nomenclature.py tests/contract/test_bounds.py tests/integration/test_as_people_read.py"

SURROUNDINGS = (
    Fault("two uses of TerriSTORY exchanged", f"{SEEDS}/libelles.csv",
          "terristory,usage,cultures,Cultures\nterristory,usage,prairies,Prairies\n",
          "terristory,usage,cultures,Prairies\nterristory,usage,prairies,Cultures\n", READ),
    Fault("two natures of stock of TerriSTORY exchanged", f"{SEEDS}/libelles.csv",
          "terristory,nature_stock,sol,Sol\nterristory,nature_stock,litiere,Litière\n",
          "terristory,nature_stock,sol,Litière\nterristory,nature_stock,litiere,Sol\n", READ),
    Fault("a line of the PCAET filed elsewhere", f"{SEEDS}/libelles.csv",
          "pcaet,usage,zones_humides,autres sols", "pcaet,usage,zones_humides,sols agricoles", READ),
    Fault("two sectors exchanged", f"{SEEDS}/inventaires/inventaires_secteurs.csv",
          "residentiel,Résidentiel,secteur,1\ntertiaire,Tertiaire,", "residentiel,Tertiaire,secteur,1\ntertiaire,Résidentiel,", READ),
    Fault("two pollutants exchanged", f"{SEEDS}/libelles.csv",
          "fiche,polluant,so2,SO2\nfiche,polluant,nh3,NH3\n", "fiche,polluant,so2,NH3\nfiche,polluant,nh3,SO2\n", READ),
    Fault("departement called a region", f"{SEEDS}/libelles.csv",
          "fiche,maille,departement,Département\nfiche,maille,region,Région\n",
          "fiche,maille,departement,Région\nfiche,maille,region,Département\n", READ),
    Fault("titles of two cards exchanged", f"{TEMPLATES}/territoire.html.j2",
          "{{ cle('Séquestration', 'bilan_global', b, 'sequestration_kt_co2e') }}{{ cle('Émission', 'bilan_global', b, 'emission_kt_co2e') }}",
          "{{ cle('Émission', 'bilan_global', b, 'sequestration_kt_co2e') }}{{ cle('Séquestration', 'bilan_global', b, 'emission_kt_co2e') }}",
          READ),
    Fault("heads of the two approaches exchanged on pages", f"{TEMPLATES}/territoire.html.j2",
          '<th scope="col">Par nature<th scope="col">consommation<th scope="col">récolte',
          '<th scope="col">Par nature<th scope="col">récolte<th scope="col">consommation', READ),
    Fault("the unit of a heading", f"{TEMPLATES}/territoire.html.j2",
          "Détail des flux <small>{{ unite('flux_par_nature', 'flux_kt_co2e') }}</small>", "Détail des flux <small>t CO2e/an</small>", READ),
    Fault("the unit of a stock", f"{TEMPLATES}/territoire.html.j2",
          "<th scope=\"col\">Nature<th scope=\"col\">{{ unite('bilan_stocks', 'stock_terres_kt_c') }}",
          '<th scope="col">Nature<th scope="col">t C/ha', READ),
    Fault("the unit of the contract", "dbt_project/models/marts/_marts.yml",
          """      - name: sequestration_kt_co2e
        data_type: double
        description: "Somme des parts négatives, prises par commune d'ALDO ; additive entre territoires."
        config: {meta: {unite: "kt CO2e/an"}}
        constraints: [{type: not_null}]
      - name: emission_kt_co2e
        data_type: double
        description: "Somme des parts positives, prises par commune d'ALDO ; additive entre territoires."
        config: {meta: {unite: "kt CO2e/an"}}""",
          """      - name: sequestration_kt_co2e
        data_type: double
        description: "Somme des parts négatives, prises par commune d'ALDO ; additive entre territoires."
        config: {meta: {unite: "t CO2e/an"}}
        constraints: [{type: not_null}]
      - name: emission_kt_co2e
        data_type: double
        description: "Somme des parts positives, prises par commune d'ALDO ; additive entre territoires."
        config: {meta: {unite: "kt CO2e/an"}}""", READ),
    Fault("sign of the PCAET told backwards on pages", f"{TEMPLATES}/territoire.html.j2",
          "<strong>positif = séquestration nette, négatif = émission nette</strong>",
          "<strong>négatif = séquestration nette, positif = émission nette</strong>", READ),
    Fault("sign told backwards on methode", f"{TEMPLATES}/methode.html.j2",
          '<strong class="puits">négatif = séquestration nette</strong>', '<strong class="puits">positif = séquestration nette</strong>', READ),
    Fault("sign told backwards in workbooks", f"{BOOKS}/territory.py",
          "Signe vu de l'atmosphère : négatif = séquestration nette, positif = émission nette. ",
          "Signe vu de l'atmosphère : positif = séquestration nette, négatif = émission nette. ", READ),
    Fault("verdict in words upside down", f"{TEMPLATES}/territoire.html.j2",
          "{% elif b.arrondi_flux_kt_co2e < 0 %}", "{% elif b.arrondi_flux_kt_co2e > 0 %}", READ),
    Fault("rank by the other approach", f"{TEMPLATES}/territoire.html.j2",
          "{{ br.rang_par_ha }} sur {{ br.n_territoires_classes }} par la récolte", "{{ b.rang_par_ha }} sur {{ b.n_territoires_classes }} par la récolte",
          READ),
    Fault("legend reversed", f"{SITE}/choropleth.py",
          'return list(zip(self.letters, [first, *between, f"{ends[-1]} et plus"], strict=True))',
          'return list(zip(reversed(self.letters), [first, *between, f"{ends[-1]} et plus"], strict=True))', READ),
    Fault("an indicator of the map shows another", f"{SITE}/choropleth.py",
          'Indicator("flux-ha", "Flux net par hectare", "bilan_global", "flux_tco2e_par_ha", ("consommation",))',
          'Indicator("flux-ha", "Flux net par hectare", "bilan_global", "flux_tco2e_par_ha", ("recolte",))', READ),
    Fault("two headings of a workbook exchanged", f"{BOOKS}/lines.py",
          'WORDS = {"consommation": "consommation", "recolte": "récolte"}', 'WORDS = {"consommation": "récolte", "recolte": "consommation"}', READ),
    Fault("two figures of a workbook exchanged", f"{BOOKS}/lines.py",
          '("bilan_global", "sequestration_kt_co2e", "Séquestration (parts négatives)"),\n    ("bilan_global", "emission_kt_co2e", "Émission',
          '("bilan_global", "emission_kt_co2e", "Séquestration (parts négatives)"),\n    ("bilan_global", "sequestration_kt_co2e", "Émission', READ),
    Fault("heads of the national workbook in another order", f"{BOOKS}/national.py",
          "*(_head(release, one) for one in INDICATORS)]", "*(_head(release, one) for one in reversed(INDICATORS))]", READ),
    Fault("a GIS column holds another figure", "dagster_project/publication/geo.py",
          '"sequestration_kt_co2e": ("bilan_global", "sequestration_kt_co2e", ("consommation",))',
          '"sequestration_kt_co2e": ("bilan_global", "emission_kt_co2e", ("consommation",))', READ),
    Fault("a flag divides by the whole territory", "dagster_project/publication/facts.py",
          'covered = about["arrondi_surface_couverte_ha"]', 'covered = about["arrondi_surface_ha"]', "tests/unit/test_presentation.py"),
    Fault("N2O left in a figure of carbon", "dbt_project/macros/marts.sql",
          "sum(flux.flux_tco2e - flux.n2o_tco2e) as sans_n2o", "sum(flux.flux_tco2e) as sans_n2o", READ),
    Fault("the bounds of a gate widened ten times", "expectations/published/ordres_de_grandeur.json",
          '"min_value": 20,\n        "max_value": 500', '"min_value": 2,\n        "max_value": 5000', READ),
    Fault("a tolerance of places widened ten times", f"{SEEDS}/bornes_coherence.csv",
          "distance_departement_km,40,km", "distance_departement_km,400,km", READ),
    Fault("the unit of a kilotonne in LISEZMOI", "dagster_project/publication/conventions.py",
          "(1 kt = 1000 t), kt C pour les stocks", "(1 kt = 100 t), kt C pour les stocks", READ),
    Fault("periods of fluxes and stocks exchanged on methode", f"{TEMPLATES}/methode.html.j2",
          "Flux : année moyenne {{ release.catalogue.annees_flux }} (produits", "Flux : année moyenne {{ release.catalogue.annees_stocks }} (produits", READ),
    Fault("a sentence without its accents", "dagster_project/publication/conventions.py",
          '"incertitude": "non estimée"', '"incertitude": "non estimee"', "tests/integration/test_french.py"),
    Fault("a text that a spreadsheet runs", "dagster_project/publication/csv_files.py",
          "then chr(39) || ", "then ", "tests/unit/test_conventions.py"),
)  # fmt: skip
