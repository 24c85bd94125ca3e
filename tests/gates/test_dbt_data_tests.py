"""Gate 2 closes: each data test of the dbt project is run on a warehouse spoilt on purpose, and fails."""

from __future__ import annotations

import json

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dagster_project.settings import Settings
from dagster_project.warehouse import build, dbt, project
from tests.gates import balance_cases as balance
from tests.gates import form_cases as form
from tests.gates import plume_cases as plumes
from tests.gates import quality_cases as quality

MARTS = ("bilan_global", "bilan_occupation_sols", "flux_carbone", "flux_par_nature")
MORE_MARTS = (
    "flux_par_reservoir",
    "stocks_carbone",
    "stocks_par_occupation",
    "terristory_flux_carbone",
    "terristory_stocks_carbone",
    "hauts_de_france_bilan_global",
    "hauts_de_france_bilan_occupation_sols",
    "pcaet_cadre_depot",
    "flux_et_emissions",
    "bilan_stocks",
)
ROUNDED = {  # mart -> one of its shown columns, and a shift of its last decimal
    "territoires": ("surface_ha", 1),
    "bilan_global": ("flux_tco2e_par_ha", 0.01),
    "flux_par_nature": ("flux_kt_co2e", 0.01),
    "bilan_occupation_sols": ("emission_kt_co2e", 0.01),
    "bilan_stocks": ("stock_terres_tc_par_ha", 0.1),
    "stocks_par_occupation": ("stock_kt_c", 0.01),
    "pcaet_cadre_depot": ("bilan_tco2e", 1),
    "flux_et_emissions": ("flux_net_sur_emissions_pct", 0.1),
    "inventaire_ges": ("emissions_connues_tco2e", 1),
    "inventaire_hors_total": ("hors_total_connu_tco2e", 1),
    "inventaire_polluants": ("emissions_connues_kg", 1),
    "inventaire_energie": ("energie_connue_gwh", 0.01),
}
INVENTORIES = ("inventaire_ges", "inventaire_hors_total", "inventaire_polluants", "inventaire_energie")
INVENTORY_SEEDS = ("secteurs_secteur", "secteurs_parties", "mesures", "unites", "correspondances", "noms_epci")
CASES = {
    # test (or its prefix): a statement that must make it fail
    "cle_unique_int_passage_aldo": "insert into intermediate.int_passage_aldo from intermediate.int_passage_aldo limit 1",
    "cle_unique_int_territoires": "insert into intermediate.int_territoires from intermediate.int_territoires limit 1",
    **{
        f"cle_unique_inventaires_{seed}": f"insert into seeds.inventaires_{seed} from seeds.inventaires_{seed} limit 1".replace(
            "secteurs_secteur", "secteurs"
        )
        for seed in INVENTORY_SEEDS
    },
    "cle_unique_int_inventaires_epci": "insert into intermediate.int_inventaires_epci from intermediate.int_inventaires_epci limit 1",
    "vide_int_inventaires_rejets": "insert into intermediate.int_inventaires_rejets by name select 4 as ligne",
    "cle_unique_int_inventaires_appartenances": (
        "insert into intermediate.int_inventaires_appartenances from intermediate.int_inventaires_appartenances limit 1"
    ),
    "inventaires_conserves": (
        "update intermediate.int_inventaires_territoires set valeur = valeur + 0.01"
        " where inventaire = 'igt' and maille = 'departement' and code_territoire = '85' and secteur = 'tertiaire'"
    ),
    "inventaires_unites_plausibles": (
        "update intermediate.int_inventaires_territoires set valeur = valeur / 1000 where inventaire = 'airparif_epci' and mesure = 'co'"
    ),
    "inventaires_sans_double_compte": (
        "update intermediate.int_inventaires_cellules set valeur = 2 * valeur"
        " where inventaire = 'atmo_data' and secteur = 'tous_secteurs'"
    ),
    "inventaires_publies": "insert into staging.stg_inventaires by name select 'perdu' as inventaire",
    "secrets_gardes": (
        "update intermediate.int_inventaires_publiables set valeur_connue = 1 where n_secretes > 0 and maille = 'epci'"
    ),
    "vide_stg_aldo__rejets": "insert into staging.stg_aldo__rejets by name select 4 as ligne",
    "cle_unique_int_communes": "insert into intermediate.int_communes from intermediate.int_communes limit 1",
    "cle_unique_corrections_aldo": "insert into seeds.corrections_aldo from seeds.corrections_aldo limit 1",
    "aldo_parties_egalent_total": "update staging.stg_aldo__flux_total set sequestration_totale_tco2e = null where ligne = 4",
    "passage_aldo_exact": "update intermediate.int_passage_aldo set poids_surface = 0.9 where code_commune = '33090'",
    "surfaces_conservees": "update marts.territoires set surface_ha = surface_ha + 1 where maille = 'region' and code_territoire = '52'",
    "filiation_complete": "delete from intermediate.int_composition where millesime = '2026' and code_commune = '33090'",
    "territoires_locaux_connus": (
        "insert into intermediate.int_passage_territoires by name"
        " select 'scot' as maille, 'S' as code_territoire, '33090' as code_commune_aldo"
    ),
    "cle_unique_int_filiation": "insert into intermediate.int_filiation from intermediate.int_filiation limit 1",
    "cle_unique_int_composition": "insert into intermediate.int_composition from intermediate.int_composition limit 1",
    "cle_unique_int_contours": "insert into intermediate.int_contours from intermediate.int_contours limit 1",
    "cle_unique_int_membres_locaux": "insert into intermediate.int_membres_locaux select 'scot', 'S', '2018', '33090' from range(2)",
    "cle_unique_int_membres_maille": "insert into intermediate.int_membres from intermediate.int_membres limit 1",
    "cle_unique_methodes_projection": "insert into seeds.methodes_projection from seeds.methodes_projection limit 1",
    "accepted_values_methodes_projection": "update seeds.methodes_projection set methode = 'egale' where mesure = 'bois_recolte'",
    "cog_unique": "update intermediate.int_communes set code_region = '99' where code_commune = '33090'",
    "epci_complets": "delete from marts.territoires where code_territoire = '200040764'",
    "territoires_couverts_publies": "delete from marts.bilan_global where code_territoire = '200040764'",
    "conservation_nationale": "update marts.flux_carbone set flux_tco2e = 0.99 * flux_tco2e where maille = 'france'",
    "conservation_mailles": "delete from marts.flux_par_nature where maille = 'region' and nature = 'produits_bois'",
    "cle_unique_int_appartenances": "insert into intermediate.int_appartenances from intermediate.int_appartenances limit 1",
    "cle_unique_int_conversions": "insert into intermediate.int_conversions from intermediate.int_conversions limit 1",
    "cle_unique_int_flux_reservoirs": "insert into intermediate.int_flux_reservoirs from intermediate.int_flux_reservoirs limit 1",
    "cle_unique_int_methode_sol": "insert into intermediate.int_methode_sol from intermediate.int_methode_sol limit 1",
    "reservoirs_egalent_paires": "update intermediate.int_flux_reservoirs set flux_tco2e = flux_tco2e + 1e-5 where reservoir = 'sol'",
    "reservoirs_egalent_total": "delete from marts.flux_par_reservoir where maille = 'france' and reservoir = 'n2o'",
    "stocks_egalent_total": "update staging.stg_aldo__stocks set stock_total_tc = stock_total_tc + 1 where ligne = 2",
    "stocks_conserves": "update marts.stocks_carbone set stock_kt_c = 1.001 * stock_kt_c where maille = 'region' and origine = 'foret'",
    "edition_aldo_unique": "update staging.stg_aldo__stocks set edition = '2031'",
    "defauts_connus_exacts": "update seeds.aldo_defauts_connus set etat = 'absent' where defaut = 'artificiels_comptes_deux_fois'",
    "methode_recalculee": "update intermediate.int_rapprochement_aldo set ecart = 2e-6 where famille = 'conversions'",
    "references_sol_exactes": "update intermediate.int_methode_sol set unitaire_sol = 1.01 * unitaire_sol where cle = 'prairies_herbacees__cultures'",
    "references_bois_exactes": "update staging.stg_aldo__stocks set part_recolte_france__bo = 2 * part_recolte_france__bo",
    "editeurs_egalent_bilan": "delete from marts.pcaet_cadre_depot where ligne_du_cadre = 'autres sols'",
    "partage_artificiels": (
        "update staging.stg_aldo__flux_total set surface_ha__cultures__artificiels_arbustifs = 3, "
        "surface_ha__cultures__artificiels_impermeabilises = 3 where ligne = 4"
    ),
    "references_biomasse_exactes": (
        "update staging.stg_aldo__flux_unitaire set "
        "sequestration_unitaire_tco2e_ha__vignes__cultures__biomasse = 0 where ligne = 4"
    ),
    "references_forets_plausibles": (
        "update staging.stg_aldo__accroissement_forets set "
        "prelevements_m3_ha__accroissement__foret_mixte = prelevements_m3_ha__accroissement__foret_mixte + 1"
    ),
    "flux_dans_leurs_bornes": (
        "update marts.flux_carbone set flux_tco2e = -flux_tco2e where occupation_initiale = 'prairies_herbacees'"
        " and occupation_finale = 'cultures'"
    ),
    "conversions_dans_le_territoire": (
        "update marts.flux_carbone set surface_ha = 10000 * surface_ha where nature = 'changement_usage_sol'"
    ),
    "tables_completes": "delete from marts.flux_par_nature where nature = 'changement_usage_sol' and code_territoire = '200040764'",
    "accepted_values_colonnes_de_texte": "update seeds.colonnes_de_texte set nature = 'prose' where colonne = 'gaz'",
    "cle_unique_remarques": "update seeds.remarques set source = null where code_territoire = '13'",
    "graines_completes": "update seeds.aldo_constantes set source = null where constante = 'prg_n2o'",
    **balance.DATA_TESTS,
    **plumes.DATA_TESTS,
    **form.DATA_TESTS,
    **quality.DATA_TESTS,
    "bilans_egalent_parts": "update marts.bilan_occupation_sols set flux_kt_co2e = 2 * flux_kt_co2e where maille = 'epci'",
}
ROUNDED |= balance.ROUNDED | form.ROUNDED | quality.ROUNDED
RULES = [  # a test of several rules, one of them, and a statement that must break it
    *(
        ("table_publiee", mart, "clé répétée", f"insert into marts.{mart} from marts.{mart} limit 1")
        for mart in (
            "territoires",
            *MARTS,
            *MORE_MARTS,
            *INVENTORIES,
            *balance.MARTS,
            *form.MARTS,
            *quality.MARTS,
            "panaches_couverture",
        )
    ),
    *(
        (
            "table_publiee",
            mart,
            "territoire inconnu",
            f"update marts.{mart} set code_territoire = '999999999' where maille = 'epci'",
        )
        for mart in (
            *MARTS,
            *MORE_MARTS,
            *INVENTORIES,
            *balance.MARTS,
            *form.MARTS,
            *(mart for mart in quality.MARTS if mart != "rapprochement_national"),  # regions and France alone
            "panaches_couverture",
        )
    ),
    *(
        ("table_publiee", mart, "arrondi", f"update marts.{mart} set arrondi_{column} = arrondi_{column} + {shift}")
        for mart, (column, shift) in ROUNDED.items()
    ),
    (
        "table_publiee",
        "bilan_global",
        "ordre de grandeur",
        "update marts.bilan_global set ordre_de_grandeur_flux_kt_co2e = 1.1 * flux_kt_co2e",
    ),
    (
        "table_publiee",
        "bilan_stocks",
        "ordre de grandeur",
        "update marts.bilan_stocks set ordre_de_grandeur_stock_terres_si_relache_kt_co2e = null",
    ),
    *(
        ("table_publiee", mart, "parts et signes", f"update marts.{mart} set {net} = {net} + 1 where maille = 'france'")
        for mart, net in {mart: "flux_tco2e" if mart == "flux_carbone" else "flux_kt_co2e" for mart in MARTS}.items()
    ),
    *(
        ("cle_unique", table, f"{column} vide", f"update {schema}.{table} set {column} = null where {where}")
        for schema, table, column, where in (
            ("intermediate", "int_communes", "code_commune", "code_commune = '33090'"),
            ("seeds", "methodes_projection", "mesure", "mesure = 'bois_recolte'"),
            ("seeds", "corrections_aldo", "source", "code_commune = '16421'"),
            ("seeds", "bornes_coherence", "motif", "regle = 'ecart_surface_ha'"),
            ("seeds", "colonnes_de_texte", "motif", "colonne = 'gaz'"),
            ("seeds", "aldo_exceptions", "source", "code_commune_aldo = '30243'"),
            ("seeds", "inventaires_correspondances", "motif", "libelle = 'Routier'"),
            ("seeds", "inventaires_noms_epci", "source", "true"),
        )
    ),
]
# They look at raw files: spoilt there, or in test_bad_inputs.
ON_RAW = ("aldo_memes_communes", "surfaces_plausibles", "aldo_lignes_a_leur_place", "communes_a_leur_place", "contours_a_leur_place",
          "inventaires_noms_et_codes")  # fmt: skip


@pytest.fixture(scope="module")
def tests(released: Settings) -> list[str]:
    nodes = json.loads(project.manifest_path(released).read_text("utf-8"))["nodes"].values()
    return sorted(node["name"] for node in nodes if node["resource_type"] == "test")


def test_every_data_test_has_a_case(tests: list[str]) -> None:
    cases = (
        *CASES,
        *(f"{test}_{table}_" for test, table, _, _ in RULES),
        *(case for case, _, _ in form.DATA_RULES + quality.DATA_RULES),
    )
    assert [name for name in tests if name not in ON_RAW and not name.startswith(cases)] == []


def run(house: Settings, names: list[str]) -> dict[str, str]:
    """Outcome of some data tests, by name; their SQL is compiled anew against the house's own warehouse."""
    return {one.name: one.status for one in results(house, names)}


def results(house: Settings, names: list[str]) -> list[build.NodeResult]:
    found = dbt.run(
        ["test", "--select", *names], dbt.artefacts(house), dbt.places(house), project.parsed(house)
    ).results
    return [
        build.NodeResult(one.node.unique_id, one.node.name, str(one.status), "", 0.0, one.node.compiled_code)
        for one in found
        if one.node.resource_type == "test"
    ]


def test_each_data_test_closes(house: Settings, tests: list[str]) -> None:
    """One compilation, then every test's own query on the warehouse before and after its case (each case is undone)."""
    compiled = {one.name: one for one in results(house, tests)}
    assert {one.status for one in compiled.values()} == {"pass"}
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute(f"set file_search_path = '{house.raw}'")
        cases = [(case, None, statement) for case, statement in CASES.items()] + balance.DATA_RULES
        cases += form.DATA_RULES + quality.DATA_RULES
        cases += [(f"{test}_{table}_", rule, statement) for test, table, rule, statement in RULES]
        for case, rule, statement in cases:
            name = min((one for one in tests if one.startswith(case)), key=len)  # the longer is of a longer name
            connection.execute("begin")
            connection.execute(statement)
            rows = connection.execute(compiled[name].sql).fetchall()
            connection.execute("rollback")
            assert [row for row in rows if rule in (None, row[0])], f"{name} stays open after: {statement}"


DOUBLED = {
    "all gases beside one": "update intermediate.int_inventaires_cellules set mesure = 'co2' where inventaire = 'igt' and secteur = 'tertiaire'",
    "a total that is not its parts": (
        "update intermediate.int_inventaires_cellules set valeur = 2 * valeur where inventaire = 'atmo_data' and secteur = 'tous_secteurs'"
    ),
    "a total beside some of its parts": (
        "delete from intermediate.int_inventaires_sommes where inventaire = 'atmo_data';"
        "insert into intermediate.int_inventaires_sommes values ('atmo_data', 2022, 'ges', 'tous_secteurs', '', 'agriculture', '', true, false)"
    ),
    "a sum over carriers that is not theirs": (
        "update intermediate.int_inventaires_cellules set n_sommes_fausses = 1 where inventaire = 'orcae' and mesure = 'ges'"
    ),
    "one measure under two labels": (
        "insert into seeds.inventaires_correspondances select inventaire, dimension, 'GES bis', code, motif"
        " from seeds.inventaires_correspondances where inventaire = 'cigale' and dimension = 'mesure' and code = 'ges';"
        "insert into intermediate.int_inventaires_mots by name select * replace ('GES bis' as libelle_mesure)"
        " from intermediate.int_inventaires_mots where inventaire = 'cigale' and mesure = 'ges';"
        "create table lues as select * from staging.stg_inventaires__chiffres;"
        "insert into lues by name select * replace ('GES bis' as libelle_mesure) from lues"
        " where inventaire = 'cigale' and libelle_mesure = 'PRG 100' limit 1;"
        "drop view staging.stg_inventaires__chiffres;"
        "create table staging.stg_inventaires__chiffres as from lues"
    ),
    "a figure without carrier beside its carriers": (
        "create table lues as select * from staging.stg_inventaires__chiffres;"
        "update lues set libelle_energie = '' where inventaire = 'orcae' and libelle_energie like '%Bois';"
        "insert into intermediate.int_inventaires_mots by name select * replace ('' as libelle_energie)"
        " from intermediate.int_inventaires_mots where inventaire = 'orcae' and libelle_energie like '%Bois';"
        "drop view staging.stg_inventaires__chiffres;"
        "create table staging.stg_inventaires__chiffres as from lues"
    ),
}


@pytest.mark.parametrize("name", DOUBLED)
def test_figures_that_hold_each_other_are_seen(house: Settings, name: str) -> None:
    (test,) = results(house, ["inventaires_sans_double_compte"])
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute(f"set file_search_path = '{house.raw}'")
        assert connection.execute(test.sql).fetchall() == []
        for statement in DOUBLED[name].split(";"):
            connection.execute(statement)
        assert connection.execute(test.sql).fetchall()


def test_files_of_different_communes_are_seen(house: Settings) -> None:
    path = house.raw / "aldo_flux_unitaire.parquet"
    table = pq.read_table(path)
    codes = ["01001", *table["insee"].to_pylist()[1:]]
    pq.write_table(table.set_column(0, "insee", pa.array(codes, pa.string())), path)
    assert run(house, ["aldo_memes_communes"]) == {"aldo_memes_communes": "fail"}
