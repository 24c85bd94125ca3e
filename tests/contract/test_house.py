"""The rules of the house that no single module can see: who imports whom, who owns what, what names promise."""

from __future__ import annotations

import ast
import csv
import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import dagster as dg
import pytest
import yaml

from dagster_project.checks import published_rules, suites
from dagster_project.command.start import dev
from dagster_project.definitions import build_defs
from dagster_project.release.catalogue import read_catalogue
from dagster_project.release.switch import current
from dagster_project.settings import DBT_PROJECT_DIR, PRODUITS, PROJECT_ROOT, Settings, load_settings
from dagster_project.warehouse.marts import Table, published_tables
from dagster_project.warehouse.project import ensure_manifest
from tests.french import faults

PACKAGE = PROJECT_ROOT / "dagster_project"
MODULES = sorted(PACKAGE.rglob("*.py"))


def test_settings_is_the_only_reader_of_the_environment() -> None:
    reads = re.compile(r"os\.getenv|environ\.(get|items|copy)|environ\[[^\]]+\](?!\s*=[^=])")
    readers = {path.name for path in MODULES if reads.search(path.read_text("utf-8"))}
    assert readers <= {"settings.py"}


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_every_module_says_what_it_does_and_stays_small(path: Path) -> None:
    text = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text)), "no module docstring"
    assert len(text.splitlines()) <= 250


@pytest.mark.parametrize("path", sorted((DBT_PROJECT_DIR / "models").rglob("*.sql")), ids=str)
def test_models_stay_small(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 100


def test_asset_keys(tmp_path: Path) -> None:
    """The assets and checks that schedules, sensors and people refer to; a change here is a change for them."""
    chosen = load_settings({"FLUX_DATA": str(tmp_path)})
    graph = build_defs(chosen).resolve_asset_graph()
    keys = sorted(key.to_user_string() for key in graph.get_all_asset_keys())
    gates = sorted(
        key.to_user_string()
        for key in graph.asset_check_keys
        if key.asset_key.path[0] in ("snapshots", "raw", "publication")
    )
    expected = (Path(__file__).with_name("asset_keys.txt")).read_text("utf-8").splitlines()
    assert [*keys, *gates] == expected


def test_every_asset_and_check_says_what_it_is(tmp_path: Path) -> None:
    graph = build_defs(load_settings({"FLUX_DATA": str(tmp_path)})).resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description and node.group_name and node.owners and node.kinds, key.to_user_string()
    for check in graph.asset_check_keys:
        assert graph.get_check_spec(check).description, check.to_user_string()


def test_gates_block(tmp_path: Path) -> None:
    """Gates 1, 3 and 4 are blocking checks, and every mart stands between them."""
    graph = build_defs(load_settings({"FLUX_DATA": str(tmp_path)})).resolve_asset_graph()
    ours = [graph.get_check_spec(key) for key in graph.asset_check_keys if key.asset_key.path[0] != "marts"]
    assert all(spec.blocking for spec in ours if spec.asset_key.path[0] in ("snapshots", "raw", "publication"))
    release, dossier, candidate = (dg.AssetKey(["publication", name]) for name in ("release", "dossier", "candidate"))
    products = {dg.AssetKey(["publication", name]) for name in PRODUITS}
    assert graph.get(release).parent_keys == {dossier}
    assert graph.get(dossier).parent_keys == products
    assert all(graph.get(one).parent_keys == {candidate} for one in products)
    assert all(
        graph.get(dg.AssetKey(["publication", one])).parent_keys == {release} for one in ("postgresql", "portails")
    )
    marts = {key for key in graph.get_all_asset_keys() if key.path[0] == "marts"}
    contours = dg.AssetKey(["geography", "contours"])
    assert graph.get(dg.AssetKey(["publication", "candidate"])).parent_keys == {*marts, contours}
    for mart in marts:
        above = graph.get_ancestor_asset_keys(mart)
        assert {"raw", "snapshots"} <= {key.path[0] for key in above}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> list[Table]:
    chosen = load_settings({"FLUX_DATA": str(tmp_path_factory.mktemp("data"))})
    return published_tables(ensure_manifest(chosen))


def test_no_published_table_is_gone(tables: list[Table]) -> None:
    """A table that is added keeps the version of the set; one that goes makes another."""
    names = {
        "bilan_global",
        "bilan_occupation_sols",
        "bilan_stocks",
        "flux_carbone",
        "flux_et_emissions",
        "flux_par_nature",
        "flux_par_reservoir",
        "hauts_de_france_bilan_global",
        "hauts_de_france_bilan_occupation_sols",
        "inventaire_energie",
        "inventaire_ges",
        "inventaire_hors_total",
        "inventaire_polluants",
        "pcaet_cadre_depot",
        "stocks_carbone",
        "stocks_par_occupation",
        "terristory_flux_carbone",
        "terristory_stocks_carbone",
        "territoires",
    }
    assert names <= {table.name for table in tables}


def test_each_published_table_has_a_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = load_settings({"FLUX_DATA": str(tmp_path)})
    ensure_manifest(chosen)
    assert list(published_rules.contract_of(chosen)) == published_rules.TABLES
    for names, message in (
        (published_rules.TABLES[1:], "bilan_global.json is missing"),
        ([*published_rules.TABLES, "x"], "x.json is of no"),
    ):
        monkeypatch.setattr(published_rules, "TABLES", names)
        with pytest.raises(suites.SuiteError, match=message):
            published_rules.contract_of(chosen)
        monkeypatch.undo()


def test_suites_mean_what_they_meant_when_each_was_written_whole(tables: list[Table]) -> None:
    """golden/suites.csv: every rule of every table, as it stood before what they share was written once; a new table is free."""
    with (PROJECT_ROOT / "tests" / "golden" / "suites.csv").open(encoding="utf-8", newline="") as file:
        before = [tuple(row) for row in csv.reader(file)][1:]
    now = {(table.name, *described(rule)) for table in tables for rule in expanded(table)}
    assert set(before) - now == set()
    known = {name for name, *_ in before}
    # The one table that lacked rules which every other with these columns had; and those that say the year of an ALDO of one year.
    added = {("flux_et_emissions", column) for column in ("version_aldo", "inventaire", "version_inventaire")}
    yearly = ("bilan_global", "bilan_occupation_sols", "flux_carbone", "flux_par_nature", "flux_par_reservoir")
    added |= {(table, "annee") for table in yearly}
    assert {(row[0], row[2]) for row in now - set(before) if row[0] in known} == added


def expanded(table: Table) -> tuple[suites.Rule, ...]:
    columns = [column.name for column in table.columns]
    return suites.load(published_rules.SUITES / f"{table.name}.json", "sample", columns).rules


def described(rule: suites.Rule) -> tuple[str, str, str, str]:
    arguments = {name: value for name, value in rule["kwargs"].items() if name not in suites.PLACES}
    text = json.dumps(arguments, ensure_ascii=False, sort_keys=True)
    return rule["type"], " ".join(suites.columns_of(rule)), text, rule.get("meta", {}).get("aide", "")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{", "t.json: not JSON"),
        ('{"expectations": [{"type": "x"}]}', "t.json: rule 1 needs `type` and `kwargs`"),
        (
            '{"except": [{"type": "x", "column": "maille"}]}',
            "t.json: `except` names x on maille, which is no common rule",
        ),
        (None, "t.json: a table needs a suite"),
    ],
)
def test_a_suite_that_cannot_be_read_is_named(tmp_path: Path, body: str | None, message: str) -> None:
    shutil.copy(published_rules.SUITES / suites.COMMON, tmp_path)
    if body is not None:
        (tmp_path / "t.json").write_text(body)
    with pytest.raises(suites.SuiteError, match=re.escape(message)):
        suites.load(tmp_path / "t.json", "sample", ["maille"])


def test_mart_columns_equal_datapackage_columns(tables: list[Table], released: Settings) -> None:
    resources = {one["path"]: one for one in read_catalogue(current(released.publication))["resources"]}
    for table in tables:
        for form in ("csv", "parquet"):
            fields = resources[f"tables/{table.name}.{form}"]["schema"]["fields"]
            assert [field["name"] for field in fields] == [column.name for column in table.columns]


NO_PLACE = ("panaches_sources", "panaches_etalonnage")  # a pair of points, and a law of chance
POINTS = ("panaches_co2", "sources_co2")  # of the world: abroad they lie in no territory
COUNTS_AND_FACTORS = (
    r"population|menages|gsd2(_independant|_correle)?|poids_[a-z_]+"  # their name is their unit, or they have none
    r"|score|seuil_score|z_detection|r2_partiel|r_reference|rapport_[a-z_]+|facteur_[a-z]+|n_temoins|taux_[a-z_]+"
)


def test_names_and_units_of_published_columns(tables: list[Table]) -> None:
    for table in tables:
        first = [column.name for column in table.columns[:4]]
        if "maille" in [column.name for column in table.columns]:
            assert first == ["maille", "code_territoire", "nom_territoire", "cog"], "the four common columns come first"
        else:
            assert table.name in NO_PLACE
        assert table.name in {*POINTS, *NO_PLACE} or table.columns[:4] == tables[0].columns[:4]
        for column in table.columns:
            assert re.fullmatch(r"[a-z][a-z0-9_]*", column.name)
            assert column.name not in ("value", "valeur")
            assert column.description.endswith("."), column.name
            if column.type == "double":
                assert column.unit, f"{table.name}.{column.name} has no unit"
                named = r"_(tco2e|kt_co2e|tc|kt_c|m3|km|ha|habitant|kg|gwh|pct|eur_uc|mwh|ppm|deg|m_s|kg_m|tco2_h|tco2_an|du_cadre|base_100|pct_par_an)$"
                assert re.search(named, column.name) or re.fullmatch(
                    COUNTS_AND_FACTORS, column.name.removeprefix("arrondi_")
                ), column.name


def test_descriptions_are_accented_french(tables: list[Table]) -> None:
    """They go as they are into comments, catalogues and portals; identifiers among them stand between backquotes."""
    texts = [column.description for table in tables for column in table.columns] + [
        table.description for table in tables
    ]
    assert sum(not text.isascii() for text in texts) > len(texts) / 2
    assert [fault for text in texts for fault in faults(text)] == []


def test_every_model_has_a_contract_where_it_is_published(tmp_path: Path) -> None:
    manifest = json.loads(ensure_manifest(load_settings({"FLUX_DATA": str(tmp_path)})).read_text("utf-8"))
    marts = [
        one for one in manifest["nodes"].values() if one.get("schema") == "marts" and one["resource_type"] == "model"
    ]
    assert marts
    assert all(one["config"]["contract"]["enforced"] for one in marts)


FLIPPING = {
    "int_flux_atmosphere",
    "int_flux_reservoirs",
    "int_lignes",
}  # published rows; the method's models take ALDO's coefficients in


def test_the_sign_is_flipped_in_one_macro_only() -> None:
    """ALDO's sign lives in staging and seeds; no model negates anything but through vu_de_l_atmosphere."""
    sign = re.compile(
        r"(?:[,(*/=]|then|else|select|and|or)\s*-\s*[A-Za-z_({]"
    )  # any unary minus, of anything but a number
    flips = {
        path.stem: len(sign.findall(re.sub(r"--.*|\{#.*?#\}|\{%.*?%\}", "", path.read_text("utf-8"))))
        for path in (DBT_PROJECT_DIR / "models").rglob("*.sql")
    }
    assert {name: count for name, count in flips.items() if count} == {}
    calls = {
        path for path in (DBT_PROJECT_DIR / "models").rglob("*.sql") if "vu_de_l_atmosphere" in path.read_text("utf-8")
    }
    assert {path.stem for path in calls if path.parent.name != "methode"} == FLIPPING


OWNED_ELSEWHERE = ("unique", "not_be_null", "compound")  # keys: ingest and dbt; not null: dbt contracts


@pytest.mark.parametrize("path", sorted((PROJECT_ROOT / "expectations").rglob("*.json")), ids=lambda path: path.stem)
def test_each_rule_has_one_owner(path: Path) -> None:
    """Suites of tables hold what Great Expectations owns, and no key or not-null rule that dbt already holds."""
    suite = suites.load(path, "sample")
    if path.stem not in ("aldo_ordres_de_grandeur", "ordres_de_grandeur", "comparaison_derniere_version"):
        kinds = {one["type"] for one in suite.rules}
        assert not [kind for kind in kinds if any(word in kind for word in OWNED_ELSEWHERE)]


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False).stdout
    if not listing:
        pytest.skip("not a git checkout")
    return [PROJECT_ROOT / name for name in listing.splitlines() if (PROJECT_ROOT / name).is_file()]


def test_no_local_path_and_no_address_in_the_lock() -> None:
    home = str(PROJECT_ROOT.parent) + "/"
    for path in tracked():
        text = path.read_text("utf-8", errors="ignore")
        assert home not in text, path
        if "lock" in path.name:
            assert "://" not in text, path


def test_no_tracked_file_is_a_link() -> None:
    """An environment, for example, under a name that .gitignore knows as a folder only."""
    assert [path for path in tracked() if path.is_symlink()] == []


def test_nothing_is_unfinished() -> None:
    words = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error"]))
    assert [
        path.name for path in tracked() if path.suffix in (".py", ".sql") and words.search(path.read_text("utf-8"))
    ] == []


def test_every_source_states_what_a_release_must_repeat() -> None:
    for path in (PACKAGE / "sources").glob("*.yml"):
        body = yaml.safe_load(path.read_text("utf-8"))
        for name in ("publisher", "title", "page", "licence", "attribution", "vintage", "release"):
            assert str(body[name]).strip(), f"{path.name}: {name}"


def test_the_ui_listens_on_loopback_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(
        "dagster_project.command.start.subprocess.call", lambda command, cwd: asked.append(command) or 0
    )
    dev()
    assert asked[0][asked[0].index("-h") + 1] == "127.0.0.1"
    served = re.findall(r"-h\s+\S+|0\.0\.0\.0", (PROJECT_ROOT / "Makefile").read_text("utf-8"))
    assert served == []


def test_every_dependency_is_pinned_and_hashed() -> None:
    for name, at_least in (("requirements.lock", 100), ("requirements-lake.lock", 2), ("requirements-spark.lock", 4)):
        lock = (PROJECT_ROOT / name).read_text("utf-8").replace("\\\n", " ")
        lines = [line for line in lock.splitlines() if line and not line.startswith(("#", " "))]
        assert len(lines) >= at_least
        assert all(re.match(r"[\w.\-\[\]]+==\S+ ", line) and "--hash=sha256:" in line for line in lines)
    installs = re.findall(r"(?:pip install|pip sync) .*", (PROJECT_ROOT / "Makefile").read_text("utf-8"))
    assert len(installs) == 6
    assert all("--require-hashes" in line or "--editable ." in line for line in installs)


def test_no_secret_is_shown() -> None:
    """Whatever may hold a secret stays out of `repr`, hence of logs, errors and Dagster's own pages."""
    names = ("FLUX_POSTGRES", "FLUX_DATA_FAIR_KEY", "FLUX_DATA_GOUV_KEY")
    chosen = load_settings(dict.fromkeys(names, "tres-secret") | {"FLUX_ALERT": "https://example.org/tres-secret"})
    assert "tres-secret" not in repr(chosen)
    assert "tres-secret" not in str(chosen)


def test_the_unit_of_systemd_exposes_little() -> None:
    """8.5 before it was hardened."""
    if not (analyze := shutil.which("systemd-analyze")):
        pytest.skip("no systemd here: apt-get install systemd")
    unit = PROJECT_ROOT / "deploy" / "flux-carbone.service"
    command = [analyze, "security", "--offline=true", "--threshold=34", "--no-pager", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr[-300:]


def test_an_image_holds_what_it_needs_and_nothing_else() -> None:
    """All is left out but what is listed; the steps of the Containerfile need that much."""
    lines = (PROJECT_ROOT / ".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    let_in = {line[1:] for line in rules if line.startswith("!")}
    assert rules[0] == "*"
    assert all((PROJECT_ROOT / name).exists() for name in let_in)
    assert {
        "Makefile",
        "pyproject.toml",
        "requirements.lock",
        "dagster_project",
        "dbt_project",
        "expectations",
        ".git",
    } <= let_in
    assert not {name for name in let_in if name.startswith(("data", ".env", ".venv", "tests"))}
    assert "**/.env*" in rules


def test_the_licence_of_the_code_is_said_wherever_it_is_looked_for() -> None:
    said = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    text = (PROJECT_ROOT / "LICENSE").read_text("utf-8")
    assert text.startswith("MIT License") and "the contributors of flux-carbone" in text
    assert (said["license"], said["license-files"]) == ("MIT", ["LICENSE"])
    assert 'org.opencontainers.image.licenses="MIT"' in (PROJECT_ROOT / "deploy" / "Containerfile").read_text("utf-8")
    assert "[MIT](LICENSE)" in (PROJECT_ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_names_are_nouns_of_the_field_or_verbs(path: Path) -> None:
    vague = {"one", "said", "found", "told"}
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    names = {node.id for node in nodes if isinstance(node, ast.Name)} | {
        node.arg for node in nodes if isinstance(node, ast.arg)
    }
    assert not vague & (names | {node.attr for node in nodes if isinstance(node, ast.Attribute)})
