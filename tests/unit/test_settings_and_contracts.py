"""Settings, source contracts, the demonstration copy, and the release switch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from dagster_project.core.errors import SourceError
from dagster_project.ingest.run import editions_of, target_cog
from dagster_project.ingest.territories import FIRST_VINTAGE
from dagster_project.release import switch
from dagster_project.settings import DBT_PROJECT_DIR, SettingsError, load_settings, renamed
from dagster_project.sources import registry
from dagster_project.sources.registry import Source, load_registry, target_vintages
from dagster_project.sources.sample import ensure, generate, geographic_code


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"FLUX_SOURCE": "portal"}, "FLUX_SOURCE='portal' is not one of sample, mirror, live"),
        ({"FLUX_SOURCE": "mirror"}, "needs FLUX_MIRROR"),
        ({"FLUX_SOURCE": "mirror", "FLUX_MIRROR": "/nowhere/at/all"}, "is not a folder"),
        ({"FLUX_COG": "latest"}, "FLUX_COG='latest' is not a year"),
        ({"FLUX_PORTALS": "https://data.ademe.fr"}, "must read"),
        (
            {"FLUX_PRODUCTS": "site,cartes"},
            "FLUX_PRODUCTS: 'cartes' is not one of geo, site, classeurs, indicateurs, documentation, nor none alone",
        ),
        ({"FLUX_POSTGRES_SCHEMA": "Carbone; drop"}, "is not a name such as carbone_v2"),
        ({"FLUX_DATA_FAIR": "http://data.exemple.fr"}, "FLUX_DATA_FAIR is not an address"),
        ({"FLUX_DATA_GOUV": "www.data.gouv.fr"}, "is not an address that starts with https://"),
        ({"FLUX_DATA_FAIR": "https://admin:tres-secret@data.exemple.fr"}, "without user nor password"),
        ({"FLUX_PRODUCTS": ","}, "names nothing"),
        (
            {"FLUX_PRODUCTS": "none,site"},
            "'none' is not one of geo, site, classeurs, indicateurs, documentation, nor none alone",
        ),
        ({"FLUX_SEND": "perhaps"}, "FLUX_SEND='perhaps' is neither yes nor no"),
    ],
)
def test_unusable_settings_name_the_variable(environ: dict[str, str], expected: str) -> None:
    with pytest.raises(SettingsError, match=expected) as told:
        load_settings(environ)
    assert "tres-secret" not in str(told.value)


def test_secrets_stay_out_of_what_is_printed() -> None:
    secrets = {
        "FLUX_POSTGRES": "postgresql://x:tres-secret@h/b",
        "FLUX_DATA_FAIR_KEY": "tres-secret",
        "FLUX_DATA_GOUV_KEY": "tres-secret",
    }
    chosen = load_settings(secrets)
    assert "tres-secret" in chosen.postgres
    assert "tres-secret" not in f"{chosen!r} {chosen}"


def test_products_are_all_unless_some_or_none_are_named() -> None:
    assert load_settings({}).products == {"geo", "site", "classeurs", "indicateurs", "documentation"}
    assert load_settings({"FLUX_PRODUCTS": "site, geo"}).products == {"geo", "site"}
    assert load_settings({"FLUX_PRODUCTS": "none"}).products == frozenset()


def test_a_vintage_that_nobody_serves(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="FLUX_COG=2031 is not served; known vintages: 2019 to 2026"):
        target_cog(load_settings({"FLUX_COG": "2031", "FLUX_DATA": str(tmp_path)}))
    assert target_cog(load_settings({})) == 2026


def test_every_contract_is_served_for_every_target_vintage() -> None:
    assert target_vintages() == list(range(2019, 2027))
    for source in load_registry().values():
        for cog in target_vintages():
            assert editions_of(source, load_settings({}), cog)


def test_editions_that_a_refresh_reads() -> None:
    contours, epci = load_registry()["contours_communes"], load_registry()["epci_composition"]
    copied, live = load_settings({}), load_settings({"FLUX_SOURCE": "live"})
    assert editions_of(contours, copied, 2026) == ("2026", "2018")
    assert editions_of(contours, copied, 2021) == ("2026", "2018")  # its own boundaries are not served
    assert editions_of(contours, live, 2025) == ("2025", "2026", "2022")
    assert editions_of(epci, copied, 2026, ("2019", "2026")) == ("2026", "2019")
    with pytest.raises(SourceError, match="epci_composition has no edition 2016"):
        editions_of(epci, copied, 2026, ("2016",))


def test_vintages_of_the_passage_end_where_the_sources_do() -> None:
    project = yaml.safe_load((DBT_PROJECT_DIR / "dbt_project.yml").read_text("utf-8"))
    assert project["vars"]["millesimes"] == {"premier": FIRST_VINTAGE, "dernier": target_vintages()[-1]}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"colums": []}, "Extra inputs are not permitted"),
        ({"key": ["codgeo"]}, "key names unknown columns"),
        ({"layouts": {"insee": {"format": "csv", "rename": {"a": "B"}}}}, "maps to unknown columns"),
        ({"editions": {"2026": {"mirror": {"path": "x", "layout": "autre"}}}}, "unknown layout"),
        ({"licence": None}, "licence"),
    ],
)
def test_a_contract_with_a_slip_is_refused(change: dict, expected: str) -> None:
    body = yaml.safe_load((registry.HERE / "insee_mouvements.yml").read_text("utf-8"))
    with pytest.raises(ValidationError, match=expected):
        Source.model_validate({**body, **change})


def test_the_demonstration_copy_is_deterministic_and_labelled(sample_copy: Path, tmp_path: Path) -> None:
    generate(tmp_path / "again", load_registry())
    files = {path.relative_to(sample_copy): path for path in sample_copy.rglob("*") if path.is_file()}
    assert files
    for name, path in files.items():
        assert (tmp_path / "again" / name).read_bytes() == path.read_bytes(), name
    assert "données de démonstration" in (sample_copy / "LISEZMOI.txt").read_text("utf-8")


def test_the_demonstration_copy_is_made_once_and_again_when_touched(tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    ensure(folder, load_registry())
    made = folder.stat().st_ino
    ensure(folder, load_registry())
    assert folder.stat().st_ino == made, "nobody touched it"
    table = next(folder.rglob("*.csv"))
    text = table.read_bytes()
    table.write_bytes(text + b"x")
    ensure(folder, load_registry())
    assert table.read_bytes() == text
    table.unlink()
    ensure(folder, load_registry())
    assert table.read_bytes() == text


def test_the_demonstration_world_has_the_hard_cases() -> None:
    world = geographic_code.load()
    assert {"40009", "40107", "40197", "40302"} <= set(world.aldo)
    assert "40009" not in world.communes(2019)  # merged
    assert {"85084", "85165", "85212"} <= set(world.communes(2024))  # split
    assert "49126" not in world.communes(2024)
    assert "49126" in world.communes(2025)  # code changed
    assert {world.departement(code) for code, (_, siren) in world.aldo.items() if siren == "247700644"} == {"77", "91"}
    assert world.communes(2026)["85113"][1] == ""  # island without EPCI
    assert any(code.startswith("2A") for code in world.aldo)


def put_candidate(publication: Path, name: str, statut: str = "données d'une copie locale", cog: int = 2026) -> None:
    folder = switch.candidate_folder(publication)
    folder.mkdir(parents=True)
    (folder / "datapackage.json").write_text(json.dumps({"id": name, "statut_donnees": statut, "cog_cible": cog}))


def test_the_switch_keeps_the_last_release(tmp_path: Path) -> None:
    put_candidate(tmp_path, "v1")
    switch.promote(tmp_path)
    put_candidate(tmp_path, "v2")
    assert switch.current(tmp_path).name == "v1"
    switch.promote(tmp_path)
    assert switch.current(tmp_path).name == "v2"
    assert (tmp_path / "releases" / "v1" / "datapackage.json").is_file()
    assert (tmp_path / "current").readlink() == Path("releases/v2")  # relative: the folder can be moved


def test_vintages_stand_side_by_side_and_current_is_the_newest(tmp_path: Path) -> None:
    for name, cog in (("a", 2024), ("b", 2026), ("c", 2024), ("d", 2021)):
        put_candidate(tmp_path, name, cog=cog)
        switch.promote(tmp_path)
    assert {cog: place.name for cog, place in switch.vintages(tmp_path).items()} == {2021: "d", 2024: "c", 2026: "b"}
    assert switch.current(tmp_path).name == "b"
    assert switch.current(tmp_path, 2024).name == "c"
    assert switch.current(tmp_path, 2019) is None


def test_demonstration_never_stands_beside_real_data(tmp_path: Path) -> None:
    demo = "données de démonstration"
    put_candidate(tmp_path, "demo", demo, cog=2026)
    switch.promote(tmp_path)
    put_candidate(tmp_path, "reel", cog=2021)
    switch.promote(tmp_path)
    assert switch.current(tmp_path).name == "reel"  # real data on an older vintage comes before a demonstration
    put_candidate(tmp_path, "demo2", demo, cog=2021)
    with pytest.raises(switch.ReleaseError, match="must not stand beside it"):
        switch.promote(tmp_path)
    assert switch.current(tmp_path, 2021).name == "reel"


def test_nothing_to_promote(tmp_path: Path) -> None:
    with pytest.raises(switch.ReleaseError, match="holds no complete candidate"):
        switch.promote(tmp_path)


def test_a_release_is_never_overwritten(tmp_path: Path) -> None:
    put_candidate(tmp_path, "v1")
    switch.promote(tmp_path)
    put_candidate(tmp_path, "v1")
    with pytest.raises(switch.ReleaseError, match="already exists"):
        switch.promote(tmp_path)


def test_demonstration_never_replaces_real_data(tmp_path: Path) -> None:
    put_candidate(tmp_path, "reel")
    switch.promote(tmp_path)
    put_candidate(tmp_path, "demo", "données de démonstration")
    with pytest.raises(switch.ReleaseError, match="must not stand beside it"):
        switch.promote(tmp_path)
    assert switch.current(tmp_path).name == "reel"


def test_old_names_and_words_are_taken_with_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "FLUX_PRODUITS": "aucun",
        "FLUX_ENVOI": "oui",
        "FLUX_JOURNAL": "texte",
        "FLUX_CONSERVER": "7",
    }.items():
        monkeypatch.setenv(name, value)
    chosen = load_settings()
    assert (chosen.products, chosen.send, chosen.journal, chosen.keep) == (frozenset(), True, "text", 7)
    assert [warning.split()[:5] for warning in renamed()] == [
        [old, "is", "called", new, "now;"]
        for old, new in (
            ("FLUX_PRODUITS", "FLUX_PRODUCTS"),
            ("FLUX_CONSERVER", "FLUX_KEEP"),
            ("FLUX_JOURNAL", "FLUX_LOG"),
            ("FLUX_ENVOI", "FLUX_SEND"),
        )
    ]
    monkeypatch.setenv("FLUX_KEEP", "3")
    assert load_settings().keep == 3, "the new name counts where both are set"
    monkeypatch.setenv("FLUX_CONSERVER", "beaucoup")
    assert load_settings().keep == 3
