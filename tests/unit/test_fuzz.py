"""Whatever the bytes, a parser gives a table or says which file is wrong: no other error, no hang, nothing left behind.

What this found is kept in `tests/corpus`, one file a defect; a new defect adds one.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from dagster_project.command import nothing_to_do
from dagster_project.core import ledger
from dagster_project.core.errors import SourceError
from dagster_project.core.ledger import Ledger, NotCheckedError
from dagster_project.core.sql import identifier, literal
from dagster_project.geography.boundaries import BoundaryError
from dagster_project.geography.boundaries import read as read_boundaries
from dagster_project.ingest import compressed, long_csv, readers, scenarios, spreadsheets, territories
from dagster_project.settings import Settings, SettingsError, load_settings
from dagster_project.sources.data_fair import DATASET_ENTRY
from dagster_project.sources.registry import Layout, Source
from tests.conftest import THOROUGH
from tests.conftest import settings as settings_of
from tests.unit.test_live import source

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
# The same examples each time, others with THOROUGH=1: what is found by chance must not stop somebody else's work.
FEW = settings(
    max_examples=150,
    deadline=None,
    derandomize=not THOROUGH,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
HEADER = b"insee,nom\n"
CELL = st.text(st.characters(codec="utf-8"), max_size=12)
MESS = st.one_of(
    st.binary(max_size=300),
    st.binary(max_size=80).map(lambda tail: HEADER + b"01001,L'Abergement\n" + tail),
    st.lists(st.sampled_from([b'"', b",", b"\n", b"\r", b"\0", b"01001", b"\xe9", b"\xef\xbb\xbf", b"nan", b"="])).map(
        lambda parts: HEADER + b"".join(parts)
    ),
)
MINE = "code,nom,genre,membre,millesime\n"


def workbook() -> bytes:
    book, body = Workbook(), io.BytesIO()
    book.active.title = "f"
    book.active.append(["insee", "nom"])
    book.active.append(["01001", "L'Abergement"])
    book.save(body)
    return body.getvalue()


WORKBOOK = workbook()
SQUARE = {"type": "Polygon", "coordinates": [[[0, 45], [0.1, 45], [0.1, 45.1], [0, 45.1], [0, 45]]]}
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | CELL,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["results", "features", "properties", "schema", "key", "x"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def damaged(body: bytes) -> st.SearchStrategy[bytes]:
    """A good file with some bytes changed, or cut."""
    places = st.lists(st.tuples(st.integers(0, len(body) - 1), st.integers(0, 255)), min_size=1, max_size=6)

    def spoil(edits: list[tuple[int, int]], cut: int) -> bytes:
        spoiled = bytearray(body)
        for place, value in edits:
            spoiled[place] = value
        return bytes(spoiled[:cut])

    return st.builds(spoil, places, st.integers(1, len(body)))


def contract(form: str, **layout: object) -> Source:
    return source(layouts={"portail": {"format": form, **layout}})


def table_or_refusal(read: Callable[[Path], object], path: Path, body: bytes) -> None:
    path.write_bytes(body)
    try:
        found = read(path)
    except SourceError as error:
        assert path.name in str(error)
        return
    if isinstance(found, pa.Table):
        assert found.num_rows > 0
        assert all(column.type == pa.string() for column in found.columns)


def reader(form: str, **layout: object) -> Callable[[Path], pa.Table]:
    one = contract(form, **layout)
    return lambda path: readers.read(path, form, one.layouts["portail"], one)[0]


@FEW
@given(body=MESS)
def test_csv(tmp_path: Path, body: bytes) -> None:
    table_or_refusal(reader("csv"), tmp_path / "f.csv", body)
    table_or_refusal(reader("csv", encoding="latin-1", delimiter=";"), tmp_path / "f.csv", body)


@FEW
@given(body=MESS)
def test_csv_of_an_inventory(tmp_path: Path, body: bytes) -> None:
    def read(path: Path) -> None:
        head = long_csv.csv_header(path, Layout(format="csv"), lambda _: 1)
        long_csv.csv_to_parquet(path, Layout(format="csv"), head, tmp_path / "out.parquet")

    table_or_refusal(read, tmp_path / "f.csv", body)


@FEW
@given(body=st.one_of(MESS, damaged(gzip.compress(HEADER + b"01001,x\n"))))
def test_compressed_csv(tmp_path: Path, body: bytes) -> None:
    table_or_refusal(reader("csv"), tmp_path / "f.csv.gz", body)


@FEW
@given(body=st.one_of(st.binary(max_size=200), damaged(WORKBOOK)))
def test_workbook(tmp_path: Path, body: bytes) -> None:
    table_or_refusal(reader("xlsx", sheet="f"), tmp_path / "f.xlsx", body)


@FEW
@given(body=st.one_of(st.binary(max_size=200), JSON.map(lambda value: json.dumps(value).encode())))
def test_features(tmp_path: Path, body: bytes) -> None:
    table_or_refusal(reader("wfs"), tmp_path / "f.json", body)


@FEW
@given(dataset=JSON, page=JSON)
def test_pages_of_a_portal(tmp_path: Path, dataset: object, page: object) -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr(DATASET_ENTRY, json.dumps(dataset))
        archive.writestr("page-0001.json", json.dumps(page))
    table_or_refusal(reader("data_fair"), tmp_path / "f.pages.zip", body.getvalue())


@FEW
@given(
    body=st.one_of(
        st.binary(max_size=200),
        damaged(json.dumps({"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"insee": "01001"}, "geometry": SQUARE}]}).encode()),
    )
)  # fmt: skip
def test_boundaries(body: bytes) -> None:
    try:
        communes = read_boundaries(body, "geojson", {"code": "insee"})
    except BoundaryError:
        return
    assert communes.is_valid.all()


@FEW
@given(
    rows=st.lists(
        st.lists(
            CELL | st.sampled_from(["01001", "200069193", "2026", "scot", "²", "٢٠٢٦", "٠١٠٠١"]), min_size=4, max_size=6
        ),
        max_size=4,
    )
)
def test_territories_of_a_user(tmp_path: Path, rows: list[list[str]]) -> None:
    text = MINE + "".join(",".join(cells) + "\n" for cells in rows)

    def read(path: Path) -> None:
        for row in territories.read(path, 2026).table.to_pylist():
            assert row["membre"].isascii() and row["millesime"].isascii() and row["code"].isascii()

    table_or_refusal(read, tmp_path / "mine.csv", text.encode())


@FEW
@given(
    rows=st.lists(
        st.lists(
            CELL | st.sampled_from(["changement", "surface", "cultures", "1,5", "²", "1e9", "-1", "nan"]),
            min_size=4,
            max_size=6,
        ),
        max_size=4,
    )
)
def test_scenario_of_a_user(tmp_path: Path, rows: list[list[str]]) -> None:
    text = "type,objet,vers,hectares,annees\n" + "".join(",".join(cells) + "\n" for cells in rows)

    def read(path: Path) -> None:
        for line in scenarios.read(path, ["cultures", "foret_mixte"], ["haies"]):
            assert 0 <= line.hectares < float("inf")

    table_or_refusal(read, tmp_path / "scenario.csv", text.encode())


NAMES = sorted(
    {"FLUX_SOURCE", "FLUX_COG", "FLUX_PRODUCTS", "FLUX_INVENTORIES", "FLUX_PORTALS", "FLUX_KEEP", "FLUX_SEND",
     "FLUX_POSTGRES_SCHEMA", "FLUX_DATA_FAIR", "FLUX_DATA_GOUV"}
)  # fmt: skip
VALUE = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12) | st.sampled_from(
    ["²", "²²²²", "٢٠٢٦", "1", "oui"]
)


@FEW
@given(chosen=st.dictionaries(st.sampled_from(NAMES), VALUE, max_size=4))
def test_settings(chosen: dict[str, str]) -> None:
    try:
        found = load_settings(chosen)
    except SettingsError as error:
        assert str(error).startswith("FLUX_")
        return
    assert found.keep >= 2
    assert found.cog is None or 1000 <= found.cog <= 9999


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    chosen = settings_of(tmp_path_factory.mktemp("notes"))
    (chosen.data / ledger.FOLDER).mkdir(parents=True)
    return chosen


@FEW
@given(body=st.one_of(st.binary(max_size=80), JSON.map(lambda value: json.dumps(value).encode())))
def test_notes_that_cannot_be_read_let_nothing_through(house: Settings, body: bytes) -> None:
    book, file = Ledger(house.data), house.data / "x.parquet"
    file.write_bytes(b"x")
    for name in ("gate_1", "refresh_newest"):
        book.file(name).write_bytes(body)
    assert book.whole("gate_1") is None
    assert not book.covers("gate_1", file)
    with pytest.raises(NotCheckedError):
        book.require("gate_1")
    assert nothing_to_do.last_release(house) is None


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*/*")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_corpus_of_bad_files(path: Path, tmp_path: Path) -> None:
    read = {
        "csv": reader("csv"),
        "xlsx": reader("xlsx", sheet="f"),
        "data_fair": reader("data_fair"),
        "wfs": reader("wfs"),
        "territoires": lambda one: territories.read(one, 2026),
    }[path.parent.name]
    with pytest.raises(SourceError) as refused:
        read(path)
    assert path.name in str(refused.value)


def test_bombs_are_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ceilings are lowered, not files made huge; an entry that gives more than it announces is damaged."""
    monkeypatch.setattr(readers, "MAX_UNPACKED", 1 << 20)
    monkeypatch.setattr(spreadsheets, "LARGEST", 100)
    monkeypatch.setattr(long_csv, "CEILING", 1 << 20)
    zeros = HEADER + b"01001," + b"0" * (2 << 20) + b"\n"
    (tmp_path / "f.csv.gz").write_bytes(gzip.compress(zeros))
    with zipfile.ZipFile(tmp_path / "f.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("f.csv", zeros)
    (tmp_path / "f.xlsx").write_bytes(WORKBOOK)
    for name, read in (
        ("f.csv.gz", reader("csv")),
        ("f.zip", reader("csv", member="*.csv")),
        ("f.xlsx", reader("xlsx", sheet="f")),
        ("f.zip", lambda path: long_csv.csv_header(path, Layout(format="csv", member="*.csv"), lambda _: 1)),
    ):
        with pytest.raises(SourceError, match="larger than"):
            read(tmp_path / name)


def test_no_entry_of_an_archive_is_ever_written(tmp_path: Path) -> None:
    """Archives are read entry by entry into memory: a path that climbs out of the folder has nowhere to go."""
    with zipfile.ZipFile(tmp_path / "f.zip", "w") as archive:
        archive.writestr("../../escaped.csv", HEADER + b"01001,x\n")
    with compressed.opened(tmp_path / "f.zip", "*.csv", 1 << 20) as file:
        assert file.readline() == HEADER
    assert [path.name for path in tmp_path.rglob("*")] == ["f.zip"]
    assert not (tmp_path.parent.parent / "escaped.csv").exists()


@FEW
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30))
def test_no_text_gets_out_of_its_quotes_in_sql(text: str) -> None:
    """Labels of producers and paths of users stand in statements: DuckDB reads them back as they were, whatever they hold."""
    with duckdb.connect() as connection:
        told = connection.execute(f"select {literal(text)} as {identifier('x' + text)}")
        assert told.description[0][0] == "x" + text
        assert told.fetchall() == [(text,)]
