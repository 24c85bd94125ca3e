"""Files written from the producers' layout pages alone, through a whole refresh to the marts: every figure of every EPCI is equal.

What an EPCI holds is read from the lists of communes of two vintages, and only EPCI of the same communes in both are compared.
"""

from __future__ import annotations

import csv
import gzip
import shutil
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pytest

from dagster_project.release.switch import current
from dagster_project.settings import Settings
from dagster_project.sources.inventories import load_inventories
from tests.archives import ORCAE, edit_member
from tests.conftest import messages, refresh, settings
from tests.integration import layouts
from tests.integration.layouts import Truth


def listed(copy: Path, vintage: int) -> dict[str, dict[str, str]]:
    with gzip.open(copy / "cog" / f"cog_communes_{vintage}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return {row["code_commune"]: row for row in csv.DictReader(file)}


def people(copy: Path, vintage: int) -> dict[str, tuple[str, int]]:
    """Communes of a vintage, with their inhabitants (those of 2026 where the vintage has none)."""
    newest = listed(copy, 2026)
    return {
        code: (
            row["nom_commune"],
            int(row["population_municipale"] or newest.get(code, {}).get("population_municipale") or 1000),
        )
        for code, row in listed(copy, vintage).items()
    }


def epci(copy: Path) -> dict[str, set[str]]:
    """Communes of each EPCI of 2026."""
    members: dict[str, set[str]] = defaultdict(set)
    for code, row in listed(copy, 2026).items():
        if row["siren_epci"]:
            members[row["siren_epci"]].add(code)
    return members


@pytest.fixture(scope="module")
def written(sample_copy: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, dict[str, Truth], Path]:
    home = tmp_path_factory.mktemp("layouts")
    copy = Path(shutil.copytree(sample_copy, home / "copy"))
    codes_of_2016 = [row[0] for row in csv.reader((copy / "inventories" / "igt_2016.csv").open(encoding="utf-8"))][1:]
    shutil.rmtree(copy / "inventories")
    known = load_inventories()
    places = {name: copy / one.copy_of(one.newest).path for name, one in known.items()}
    (copy / "inventories").mkdir()
    cog = {name: one.reading.cog for name, one in known.items()}
    groups = epci(copy)
    newest = people(copy, 2026)

    def named(year: int) -> dict[str, tuple[str, int]]:
        """Names of EPCI in the list of a year, and their people."""
        with gzip.open(copy / "cog" / f"cog_epci_{year}.csv.gz", "rt", encoding="utf-8", newline="") as file:
            rows = [(row["siren_epci"], row["nom_epci"]) for row in csv.DictReader(file)]
        return {siren: (name, sum(newest[code][1] for code in groups[siren])) for siren, name in rows}

    metropolitan = {code: one for code, one in people(copy, cog["igt_2023"]).items() if code[:2] != "97"}
    of_2016 = {code: newest.get(code, (f"Commune {code}", 1000)) for code in codes_of_2016}
    truths = {
        "igt": layouts.igt_2016(of_2016, places["igt"]),
        "orcae": layouts.orcae(people(copy, cog["orcae"]), places["orcae"].parent),
        "cigale": layouts.cigale(people(copy, cog["cigale"]), places["cigale"]),
        "igt_2023": layouts.igt_2023(metropolitan, places["igt_2023"]),
        "atmo_data": layouts.atmo_data(named(2026), places["atmo_data"]),
        "airparif_epci": layouts.airparif(named(cog["airparif_epci"]), places["airparif_epci"]),
    }
    house = settings(home / "data", FLUX_SOURCE="mirror", FLUX_MIRROR=str(copy))
    house = house.changed(mode="sample", mirror=None, announced_change="essai")
    outcome = refresh(house, copy)
    assert outcome.success, messages(outcome)
    return house, truths, copy


def expected(truth: Truth, members: set[str], key: tuple[int, str, str, str]) -> tuple[str, float | None, bool]:
    """What a table should say of an EPCI: completeness, figure, whether it comes from a published sum."""
    year, sector, measure, energy = key
    places = [(code, year, sector, measure, energy) for code in members]
    figures = [truth.cells.get(place) for place in places]
    if "secret" in figures:
        return "secrete", None, False
    by_sum = any(place in truth.sums for place in places)
    known = [figure for figure in figures if isinstance(figure, float)]
    if len(known) < len(figures):
        return ("partielle" if known else "absente"), None, by_sum
    return "complete", sum(known), by_sum


def test_every_figure_of_every_epci_is_equal(written: tuple[Settings, dict[str, Truth], Path]) -> None:
    house, truths, copy = written
    tables = current(house.publication) / "tables"
    groups = epci(copy)
    checked = defaultdict(int)
    for name, truth in truths.items():
        reading = load_inventories()[name].reading
        here = {key[0] for key in truth.cells}
        changed = {
            code[:2] for code in here - set(listed(copy, 2026))
        }  # departements of communes that have merged since
        stable = {
            code: members if reading.mesh == "commune" else {code}
            for code, members in groups.items()
            if reading.mesh == "epci" or (members <= here and not changed & {one[:2] for one in members})
        }
        for table, column, energies in (
            ("inventaire_ges", "emissions_tco2e", False),
            ("inventaire_polluants", "emissions_kg", False),
            ("inventaire_energie", "energie_gwh", True),
        ):
            frame = pd.read_parquet(tables / f"{table}.parquet")
            frame = frame[(frame["inventaire"] == name) & (frame["maille"] == "epci") & frame["partition"]]
            for row in frame.itertuples():
                if row.code_territoire not in stable or row.completude == "non_reconstituable":
                    continue
                measure = row.grandeur if energies else getattr(row, "gaz", None) or row.polluant
                key = (row.annee, row.secteur, measure, row.energie if energies else "")
                state, figure, by_sum = expected(truth, stable[row.code_territoire], key)
                assert row.completude == state, (name, row)
                if figure is None:
                    assert pd.isna(getattr(row, column))
                else:
                    assert getattr(row, column) == pytest.approx(figure, rel=1e-9), (name, row)
                assert row.somme_publiee == by_sum or state == "secrete"
                checked[name, table] += 1
        seen = {key[1:4] for key in truth.cells}
        assert len(seen) >= 1
    print(dict(checked))
    assert {name for name, _ in checked} == set(truths)
    assert checked["orcae", "inventaire_ges"] >= 30 and checked["cigale", "inventaire_polluants"] >= 20


def test_years_that_are_absent_are_not_zero(written: tuple[Settings, dict[str, Truth], Path]) -> None:
    house, _, _ = written
    ges = pd.read_parquet(current(house.publication) / "tables" / "inventaire_ges.parquet")
    assert set(ges[ges["inventaire"] == "cigale"]["annee"]) == {2007, 2010, 2012}
    provisional = ges[ges["inventaire"] == "orcae"].groupby("annee")["est_provisoire"].all()
    assert provisional.to_dict() == {2019: False, 2020: True}


@pytest.mark.thorough
def test_unknown_words_are_refused_together_with_the_lines_to_add(sample_copy: Path, tmp_path: Path) -> None:
    """ORCAE's own words of sectors and carriers, which its page does not give: one message holds all of them."""
    copy = Path(shutil.copytree(sample_copy, tmp_path / "copy"))
    edit_member(
        copy / ORCAE.format(part="01"),
        "orcae_eges_*.csv",
        lambda text: text.replace("DEMONSTRATION ", "").replace("Lavage", "Linge"),
    )
    house = settings(tmp_path / "data", FLUX_INVENTORIES="orcae")
    said = messages(refresh(house, copy))
    for dimension, word in (
        ("secteur", "Résidentiel"),
        ("secteur", "Transport routier"),
        ("energie", "Gaz"),
        ("energie", "Produits pétroliers"),
        ("usage", "Linge"),
    ):
        assert f'orcae,{dimension},"{word}",<code>,"<motif>"' in said
    assert "orcae_eges_communes_" in said and "residentiel_tertiaire" in said
