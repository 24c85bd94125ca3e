"""Every kind of rubbish that a portal or a person may serve is refused with its place, and `current` stays."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest

from dagster_project.release.catalogue import read_catalogue
from dagster_project.release.switch import current
from dagster_project.settings import Settings
from dagster_project.sources.registry import load_registry
from tests.conftest import assert_refused, copy_of, messages, quick, refresh

Rows = list[list[str]]
TOTAL, FORETS = "aldo_flux_total", "aldo_accroissement_forets"
ALDO = (TOTAL, FORETS, "aldo_flux_unitaire")
OTHER_85 = "85112"


def path_of(copy: Path, source_id: str) -> Path:
    source = load_registry()[source_id]
    return copy / source.editions[source.newest].mirror.path


def edit(copy: Path, source_id: str, change: Callable[[Rows], Rows | None], quote: bool = False) -> str:
    """Rewrite one file of the copy through its parsed rows; returns the file's name."""
    path = path_of(copy, source_id)
    rows = list(csv.reader(io.StringIO(gzip.decompress(path.read_bytes()).decode())))
    rows = change(rows) or rows
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL, lineterminator="\n").writerows(rows)
    path.write_bytes(gzip.compress(buffer.getvalue().encode()))
    return path.name


def overwrite(copy: Path, source_id: str, body: bytes) -> str:
    path = path_of(copy, source_id)
    path.write_bytes(gzip.compress(body))
    return path.name


def scale(rows: Rows, ending: str, factor: float) -> None:
    """Multiply every figure of the columns whose label ends so."""
    for position, label in enumerate(rows[0]):
        if label.endswith(ending):
            for row in rows[1:]:
                row[position] = str(float(row[position]) * factor) if row[position] else ""


def set_cell(label: str, value: str, line: int = 4) -> Callable[[Rows], None]:
    """Put one value in one column, at a line of the file as an editor numbers it."""

    def change(rows: Rows) -> None:
        rows[line - 1][rows[0].index(label)] = value

    return change


def drop_column(rows: Rows) -> Rows:
    position = rows[0].index("flux_tCO2e_an-1")
    return [row[:position] + row[position + 1 :] for row in rows]


def rename_column(rows: Rows) -> None:
    rows[0][rows[0].index("vignes_vers_cultures_surface_ha_an-1")] = "vignes_vers_cultures_ha"


def repeat_first(rows: Rows) -> Rows:
    return [*rows, rows[1]]


def strip_zeros(rows: Rows) -> None:
    for row in rows[1:]:
        row[0] = row[0].lstrip("0")
    rows[3][0] = "1001"


def all_sources_in_kt(copy: Path) -> str:
    edit(copy, TOTAL, lambda rows: scale(rows, "tCO2e_an-1", 1e-3))
    return edit(copy, FORETS, lambda rows: scale(rows, "_flux_tCO2e_an-1", 1e-3))


def all_signs_inverted(copy: Path) -> str:
    edit(copy, TOTAL, lambda rows: scale(rows, "tCO2e_an-1", -1))
    return edit(copy, FORETS, lambda rows: scale(rows, "_flux_tCO2e_an-1", -1))


def thirty_percent_off(copy: Path) -> None:
    """Every conversion and every growth 30 % higher, wood left alone: coherent throughout, but not what was released last."""
    wood: dict[str, float] = {}

    def forests(rows: Rows) -> None:
        header = rows[0]
        for row in rows[1:]:
            wood[row[header.index("insee")]] = float(row[header.index("total_recolte_flux_tCO2e_an-1")] or 0)
        for label in header:
            if label.startswith("forêt") and (label.endswith("_flux_tCO2e_an-1") or "total_unitaire_tCO2e" in label):
                scale(rows, label, 1.3)

    def pairs(rows: Rows) -> None:
        header = rows[0]
        insee, total = header.index("insee"), header.index("flux_tCO2e_an-1")
        before = {row[insee]: float(row[total]) for row in rows[1:]}
        for ending in ("tCO2e_an-1", "surface_ha_an-1"):
            scale(rows, ending, 1.3)
        for row in rows[1:]:
            kept = wood[row[insee]]
            row[total] = str(1.3 * (before[row[insee]] - kept) + kept)

    edit(copy, FORETS, forests)
    edit(copy, TOTAL, pairs)


# name -> (what is done to the copy, texts that the message must hold)
CASES: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "missing column": (
        lambda copy: edit(copy, TOTAL, drop_column),
        ("aldo-flux-total", "header row", "'flux_tCO2e_an-1' is missing"),
    ),
    "renamed column": (
        lambda copy: edit(copy, TOTAL, rename_column),
        ("'vignes_vers_cultures_surface_ha_an-1' is missing", "'vignes_vers_cultures_ha' is not in the contract"),
    ),
    "truncated file": (
        lambda copy: overwrite(copy, FORETS, gzip.decompress(path_of(copy, FORETS).read_bytes())[:-200]),
        ("aldo-flux-annuels", "line 54", "truncated"),
    ),
    "truncated archive": (
        lambda copy: path_of(copy, FORETS).write_bytes(path_of(copy, FORETS).read_bytes()[:-500]),
        ("aldo-flux-annuels", "damaged or truncated archive"),
    ),
    "cut between two rows": (
        lambda copy: edit(copy, TOTAL, lambda rows: rows[:30]),
        ("expect_table_row_count_to_be_between", "observed 29"),
    ),
    "a cell too many": (
        lambda copy: edit(copy, FORETS, lambda rows: rows[9].append("0")),
        ("line 10", "51 cells where the header has 50"),
    ),
    "HTML instead of CSV": (
        lambda copy: overwrite(copy, TOTAL, b"<!DOCTYPE html><html><body>Maintenance</body></html>\n"),
        ("aldo-flux-total", "line 1", "HTML"),
    ),
    "duplicate commune": (
        lambda copy: edit(copy, FORETS, repeat_first),
        ("column insee", "appears 2 times"),
    ),
    "unknown commune code": (
        lambda copy: [edit(copy, one, set_cell("insee", "85999")) for one in (TOTAL, FORETS, "aldo_flux_unitaire")],
        ("passage_aldo_exact", "code=85999", "inconnue du COG 2018"),
    ),
    "codes read as numbers": (
        lambda copy: edit(copy, TOTAL, strip_zeros),
        ("expect_column_values_to_match_regex on insee", "_ligne 4", "'1001'"),
    ),
    "decimal commas": (
        lambda copy: edit(copy, FORETS, set_cell("forêt mixte_surface_ha", "12,5")),
        (
            "stg_aldo__rejets",
            "ligne=4",
            "colonne=forêt mixte_surface_ha",
            "valeur=12,5",
            "aldo/published/aldo-flux-annuels",
        ),
    ),
    "NaN": (
        lambda copy: edit(copy, TOTAL, set_cell("flux_tCO2e_an-1", "NaN")),
        ("stg_aldo__rejets", "ligne=4", "colonne=flux_tCO2e_an-1", "valeur=NaN"),
    ),
    "infinity": (
        lambda copy: edit(copy, FORETS, set_cell("bo_recolte_flux_tCO2e_an-1", "inf")),
        ("stg_aldo__rejets", "colonne=bo_recolte_flux_tCO2e_an-1", "valeur=inf"),
    ),
    "kt given for t in one file": (
        lambda copy: edit(copy, FORETS, lambda rows: scale(rows, "_flux_tCO2e_an-1", 1e-3)),
        ("foret_sequestration_t_par_ha", "kt given for t", "aldo/published/aldo-flux-annuels"),
    ),
    "kt given for t everywhere": (
        all_sources_in_kt,
        ("foret_sequestration_t_par_ha", "cultures_impermeabilisees_flux_sur_flux_unitaires"),
    ),
    "sign inverted": (
        all_signs_inverted,
        ("foret_sequestration_t_par_ha", "cultures_impermeabilisees_sequestration_t_par_ha"),
    ),
    "total that is not the sum of its parts": (
        lambda copy: edit(copy, TOTAL, set_cell("flux_tCO2e_an-1", "12345")),
        ("aldo_parties_egalent_total", "ligne=4"),
    ),
    "last release's total off by 30 %": (
        thirty_percent_off,
        ("expect_column_values_to_be_between on rapport", "nature accroissement_biologique", "FLUX_ANNOUNCED_CHANGE"),
    ),
    "an empty file": (
        lambda copy: overwrite(copy, TOTAL, b""),
        ("aldo-flux-total", "empty file"),
    ),
    "a header alone": (
        lambda copy: edit(copy, TOTAL, lambda rows: rows[:1]),
        ("aldo-flux-total", "no data row"),
    ),
    "a missing file": (
        lambda copy: path_of(copy, TOTAL).unlink(),
        ("aldo-flux-total", "no such file"),
    ),
    "not UTF-8": (
        lambda copy: overwrite(
            copy, TOTAL, gzip.decompress(path_of(copy, TOTAL).read_bytes()).decode().encode("cp1252")
        ),
        ("aldo-flux-total",),
    ),
    "files of two vintages": (
        lambda copy: edit_cog(copy),
        ("filiation_complete", "fichier=epci_composition", "code_commune=85298", "cog/cog_communes_2026.csv.gz"),
    ),
    "boundaries of a monthly edition": (
        lambda copy: redraw(copy, lambda frame: frame[frame.code_commune != "85298"]),
        (
            "filiation_complete",
            "code_commune=85298",
            "édition mensuelle plutôt que COG",
            "boundaries/communes_cog2026.parquet",
        ),
    ),
    "boundaries of a commune that nobody knows": (
        lambda copy: redraw(copy, lambda frame: frame.replace({"code_commune": {"85298": "85999"}})),
        ("filiation_complete", "code_commune=85999", "sans ascendance dans insee_mouvements"),
    ),
    "boundaries without coordinate system": (
        lambda copy: redraw(copy, lambda frame: frame.set_crs(None, allow_override=True)),
        ("communes_cog2026.parquet", "no coordinate system in the file"),
    ),
    "boundaries in a system that leads nowhere": (
        lambda copy: redraw(copy, lambda frame: frame.set_crs('LOCAL_CS["x",UNIT["metre",1]]', allow_override=True)),
        ("communes_cog2026.parquet", "cannot be brought to WGS 84"),
    ),
    "degrees said to be metres": (
        lambda copy: redraw(copy, lambda frame: frame.set_crs(2154, allow_override=True)),
        ("contours_a_leur_place", "boundaries/communes_cog2026.parquet"),
    ),
    "a polygon drawn 230 km away": (
        lambda copy: redraw(copy, moved),
        ("contours_a_leur_place", "code_commune=85298", "km de la commune la plus proche de son département"),
    ),
    "two polygons exchanged": (
        lambda copy: redraw(copy, polygons_exchanged),
        ("contours_a_leur_place", "code_commune=85298", "commune inchangée, et son centre est à"),
    ),
    "one published area of another commune": (
        lambda copy: redraw(copy, one_area_tripled),
        ("contours_a_leur_place", "code_commune=85298", "la surface publiée"),
    ),
    "two communes exchanged in ALDO": (
        lambda copy: [edit(copy, one, exchanged("insee", 2, 8)) for one in (*ALDO, "aldo_stocks")],
        ("aldo_lignes_a_leur_place", "champ=nom", "aldo/published/aldo-flux-total"),
    ),
    "two communes exchanged in one file of ALDO": (
        lambda copy: edit(copy, TOTAL, exchanged("insee")),
        ("aldo_memes_communes",),
    ),
    "a commune of ALDO in another departement": (
        lambda copy: [edit(copy, one, set_cell("departement", "99")) for one in (*ALDO, "aldo_stocks")],
        ("expect_column_values", "departement"),
    ),
    "a commune of ALDO in another EPCI": (
        lambda copy: [edit(copy, one, exchanged("epci", 2, 6)) for one in (*ALDO, "aldo_stocks")],
        ("aldo_lignes_a_leur_place", "champ=epci"),
    ),
    "people that vanish": (
        lambda copy: edit(copy, "insee_population", set_cell("population_municipale", "0")),
        ("communes_a_leur_place", "insee_population", "valeur=0", "habitants à l'édition précédente"),
    ),
    "a number with underscores": (
        lambda copy: edit(copy, FORETS, set_cell("forêt mixte_surface_ha", "1_2")),
        ("stg_aldo__rejets", "ligne=4", "colonne=forêt mixte_surface_ha", "valeur=1_2"),
    ),
    "a number with a space before it": (
        lambda copy: edit(copy, TOTAL, set_cell("flux_tCO2e_an-1", " 12")),
        ("stg_aldo__rejets", "ligne=4", "colonne=flux_tCO2e_an-1"),
    ),
    "boundaries that are an error page": (
        lambda copy: (copy / BOUNDARIES).write_bytes(b"<html>503</html>"),
        ("communes_cog2026.parquet", "cannot be read as geoparquet"),
    ),
    "areas in square kilometres": (
        lambda copy: redraw(copy, lambda frame: frame.assign(surface_ha=frame.surface_ha / 100)),
        (
            "surfaces_plausibles",
            "la surface publiée n'est pas celle des contours",
            "boundaries/communes_cog2026.parquet",
        ),
    ),
    "an event file that stops too early": (
        lambda copy: edit(
            copy, "insee_mouvements", lambda rows: [rows[0], *(row for row in rows[1:] if row[1] < "2025")]
        ),
        ("code_commune=49126",),
    ),
}
BOUNDARIES = "boundaries/communes_cog2026.parquet"


def moved(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One commune some 230 km to the east."""
    there = frame.code_commune == "85298"
    return frame.set_geometry(frame.geometry.where(~there, frame.translate(xoff=3)))


def polygons_exchanged(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Two communes of one departement under each other's code, with their published areas: each polygon agrees with its area."""
    pair = {"85298": OTHER_85, OTHER_85: "85298"}
    return frame.assign(code_commune=frame.code_commune.replace(pair))


def one_area_tripled(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.assign(surface_ha=frame.surface_ha.where(frame.code_commune != "85298", 3 * frame.surface_ha))


def exchanged(label: str, first: int = 3, second: int = 4) -> Callable[[Rows], None]:
    """Two rows (lines of the file) with each other's cell in one column."""

    def change(rows: Rows) -> None:
        position = rows[0].index(label)
        one, other = rows[first - 1], rows[second - 1]
        assert one[position] != other[position]
        one[position], other[position] = other[position], one[position]

    return change


def redraw(copy: Path, change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]) -> None:
    """Rewrite the boundaries of 2026."""
    change(gpd.read_parquet(copy / BOUNDARIES)).to_parquet(copy / BOUNDARIES)


def edit_cog(copy: Path) -> None:
    """The EPCI composition lacks a commune that the COG has."""
    path = copy / "cog" / "cog_communes_2026.csv.gz"
    lines = gzip.decompress(path.read_bytes()).decode().splitlines(keepends=True)
    path.write_bytes(gzip.compress("".join(line for line in lines if not line.startswith("85298")).encode()))


@pytest.fixture(scope="module")
def house(released: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder with a good release, of this module's own: refused refreshes leave a half-built warehouse behind."""
    return copy_of(released, tmp_path_factory.mktemp("house"))


QUICK = ("missing column", "truncated archive", "HTML instead of CSV", "codes read as numbers", "sign inverted",
         "kt given for t everywhere")  # fmt: skip


@pytest.mark.parametrize("name", quick(CASES, *QUICK))
def test_refused_with_its_place_and_current_stays(name: str, altered_copy: Path, house: Settings) -> None:
    spoil, expected = CASES[name]
    spoil(altered_copy)
    assert_refused(name, house, altered_copy, expected)


@pytest.mark.thorough
def test_an_announced_change_passes(altered_copy: Path, released: Settings, tmp_path: Path) -> None:
    """The same 30 % is published when a person says why, and the reason is kept in the release."""
    chosen = copy_of(released, tmp_path, announced_change="nouvelle version d'ALDO")
    thirty_percent_off(altered_copy)
    outcome = refresh(chosen, altered_copy)
    assert outcome.success, messages(outcome)
    assert read_catalogue(current(chosen.publication))["changement_annonce"] == "nouvelle version d'ALDO"
