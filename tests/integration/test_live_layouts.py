"""Every source in the layouts of the live portals gives the raw table that the copy's layouts give.

A loopback server plays data.ademe.fr, insee.fr and Etalab's boundaries with the demonstration world: quoted CSV, archives, Insee's
workbook with its preamble, boundaries as GeoJSON.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import geopandas as gpd
import openpyxl
import pandas as pd
import pyarrow.compute as pc
import pytest
import shapely

from dagster_project.ingest import raw
from dagster_project.sources.http import Http
from dagster_project.sources.registry import load_registry
from dagster_project.sources.sample import forest_zones, geographic_code
from dagster_project.sources.store import Store
from tests.conftest import settings

HOSTS = ("https://data.ademe.fr", "https://www.insee.fr", "https://etalab-datasets.geo.data.gouv.fr", "https://opendata.agenceore.fr",
         "https://raw.githubusercontent.com", "https://cdn.jsdelivr.net")  # fmt: skip
ABSENT_IN_COPY = {"LIBEPCI", "TNCC", "NCC", "NCCENR", "CHEFLIEU"}
DIFFERENT_BY_NATURE = {
    "dont_interieur_kt_co2e",
    "dont_importe_kt_co2e",
    "surface",
    "generalisation",
    "version",
    "edition",
    "code_groupeser",
    "groupes_ser_distincts",
}  # the list of groups or their number; the portal publishes no area, and simplifies less
INVISIBLE = {"_ligne", "_edition"}


def text(rows: list[list[object]], delimiter: str = ",", quote: bool = False) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL).writerows(rows)
    return buffer.getvalue().encode()


def archive(name: str, body: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, body)
    return buffer.getvalue()


def workbook(world: geographic_code.World) -> bytes:
    communes = world.communes(2026)
    book = openpyxl.Workbook()
    members, listing = book.active, book.create_sheet("EPCI", 0)
    members.title = "Composition_communale"
    for sheet in (members, listing):
        for line in range(5):
            sheet.append([f"preambule {line}"])
    members.append(["CODGEO", "LIBGEO", "EPCI", "LIBEPCI", "DEP", "REG"])
    for code, (name, siren) in communes.items():
        label = world.epci[siren]["nom"] if siren else "Sans objet"
        members.append([code, name, siren or "ZZZZZZZZZ", label, world.departement(code), world.region(code)])
    listing.append(["EPCI", "LIBEPCI", "NATURE_EPCI", "NB_COM"])
    for siren, one in world.epci.items():
        listing.append([siren, one["nom"], one["nature"], sum(of == siren for _, of in communes.values())])
    body = io.BytesIO()
    book.save(body)
    return archive("EPCI_au_01-01-2026.xlsx", body.getvalue())


def routes(world: geographic_code.World, copy: Path) -> dict[str, Callable[[], bytes]]:
    """Path on the portals -> body."""
    communes = world.communes(2026)

    def unzipped(path: str) -> bytes:
        return gzip.decompress((copy / path).read_bytes())

    def populations() -> bytes:
        header = ["REG", "Région", "DEP", "CODARR", "CODCAN", "CODCOM", "COM", "Commune", "PMUN", "PCAP", "PTOT"]
        rows = [
            [0, "", "", "", "", "", code, name, geographic_code.population(code), 0, 0]
            for code, (name, _) in communes.items()
        ]
        return archive("donnees_communes.csv", text([header, *rows], ";"))

    def places(kind: dict[str, dict], label: str) -> bytes:
        header = [label, *(["REG"] if label == "DEP" else []), "CHEFLIEU", "TNCC", "NCC", "NCCENR", "LIBELLE"]
        rows = [
            [
                code,
                *([one["region"]] if label == "DEP" else []),
                one["chef_lieu"],
                0,
                one["nom"].upper(),
                one["nom"],
                one["nom"],
            ]
            for code, one in kind.items()
        ]
        return text([header, *rows], quote=True)

    def table(path: str) -> list[list[object]]:
        body = (copy / path).read_bytes()
        return list(csv.reader(io.StringIO((gzip.decompress(body) if path.endswith(".gz") else body).decode())))

    def products() -> bytes:
        """The list that Nos Gestes Climat re-publishes: one edition, codes with their prefix, figures as numbers."""
        rows = [row for row in table("espass/empreinte_sdes_produits_cpa.csv")[1:] if row[0] == "2023"]
        labels = ("code_CPA", "Libellé CPA", "émissions demande finale")
        return json.dumps(
            [dict(zip(labels, (f"CPA_{row[2]}", row[3], float(row[4])), strict=True)) for row in rows]
        ).encode()

    def factors() -> bytes:
        """Base Carbone as ADEME uploads it: Windows-1252, semicolons, decimal commas, columns that nobody reads."""
        header, *rows = table("espass/base_carbone_v22_extrait.csv.gz")
        written = {
            mine: theirs for theirs, mine in load_registry()["ademe_base_carbone"].layouts["portail"].rename.items()
        }
        lines = [
            [cell.replace(".", ",") if name == "valeur" else cell for name, cell in zip(header, row, strict=True)]
            for row in rows
        ]
        named = [["Structure", *(written[name] for name in header)], *(["élément décomposé", *line] for line in lines)]
        return text(named, ";").decode().encode("cp1252")

    def contours() -> bytes:
        """Etalab's GeoJSON, with what a reader must leave aside: overseas collectivities, arrondissements of a city that is there."""
        frame = gpd.read_parquet(copy / "boundaries" / "communes_cog2026.parquet").rename(
            columns={"code_commune": "code", "nom_commune": "nom", "code_departement": "departement"}
        )[["code", "nom", "departement", "geometry"]]
        strangers = gpd.GeoDataFrame(
            {"code": ["97701", "98818"], "nom": ["Saint-Barthélemy", "Nouméa"], "departement": ["977", "988"]},
            geometry=[shapely.box(-63, 17, -62, 18), shapely.box(166, -22, 167, -21)],
            crs=4326,
        )
        return gzip.compress(pd.concat([frame, strangers]).to_json().encode())

    def installations() -> bytes:
        """The registry of installations and their emissions in one file, a row an installation and year."""
        about = {row[0]: row for row in table("plumes/eutl_france_installations.csv")[1:]}
        header = ("X", "Y", "seqe_id", "account_holder_name", "installation_name", "parent_company", "zip_code", "country",
                  "main_activity_type_code", "main_activity_type_code_lookup", "year", "emissions", "kind")  # fmt: skip
        lines = []
        for identifier, year, tonnes in table("plumes/eutl_france_emissions_2014_2022.csv")[1:]:
            _, name, holder, activity, family, code, x, y = about[identifier]
            lines.append([x, y, identifier, holder, name, holder, code, "FR", 20, activity, year, tonnes, family])
        return text([list(header), *lines])

    def groups() -> bytes:
        """Groups of each commune, one after the other, among what the file says besides."""
        header = (
            "insee",
            "name",
            "department",
            "region",
            "epci",
            "zpc",
            "code_greco",
            "code_groupeser",
            "code_ser",
            "code_bassin_populicole",
        )
        lines = [
            [
                code,
                "",
                "",
                "",
                "",
                "4_3",
                "",
                ",".join(forest_zones.SEVERAL.get(code, (forest_zones.group(code)[0],))),
                "",
                "Sud",
            ]
            for code, *_ in table("aldo/commune_provenance.csv.gz")[1:]
        ]
        return text([list(header), *lines], ";")

    found: dict[str, Callable[[], bytes]] = {
        urlsplit(load_registry()["eutl_emissions"].portal("2024").address).path: installations,
        urlsplit(load_registry()["irep_emissions"].portal("2019").address).path: lambda: (
            copy / "plumes" / "irep_co2_2019_geocode.csv"
        ).read_bytes(),
        "/fr/statistiques/fichier/8740222/v_commune_2026.csv": lambda: unzipped("cog/insee_raw/v_commune_2026.csv.gz"),
        "/fr/statistiques/fichier/8740222/v_mvt_commune_2026.csv": lambda: unzipped(
            "cog/insee_raw/v_mvt_commune_2026.csv.gz"
        ),
        "/fr/statistiques/fichier/2510634/epci_au_01-01-2026.zip": lambda: workbook(world),
        "/fr/statistiques/fichier/8680726/ensemble.zip": populations,
        "/fr/statistiques/fichier/8740222/v_departement_2026.csv": lambda: places(world.departements, "DEP"),
        "/fr/statistiques/fichier/8740222/v_region_2026.csv": lambda: places(world.regions, "REG"),
        "/fr/statistiques/fichier/7756729/base-cc-filosofi-2021-geo2024_csv.zip": lambda: archive(
            "cc_filosofi_2021_COM.csv", text(table("espass/filosofi_2021_communes.csv.gz"), ";")
        ),
        urlsplit(load_registry()["ore_consommations"].portal("2021").address).path: lambda: text(
            table("espass/ore_conso_elec_gaz_departements_2011_2021.csv.gz"), ";"
        ),
        urlsplit(load_registry()["sdes_empreinte"].portal("2025").address).path: products,
        "/data-fair/api/v1/datasets/base-carboner/raw": factors,
        urlsplit(load_registry()["ign_references_forets"].portal("2023").address).path: lambda: (
            copy / "observatoires" / "aldo_ign" / "bilan-carbone-foret-par-localisation.csv"
        ).read_bytes(),
        urlsplit(load_registry()["ign_groupes_ser"].portal("2023").address).path: groups,
        "/npm/@etalab/decoupage-administratif@6.0.0/data/communes.json": lambda: (
            copy / "etalab" / "communes.json"
        ).read_bytes(),
        "/contours-administratifs/2026/geojson/communes-5m.geojson.gz": contours,
    }
    for source in load_registry().values():
        edition = source.editions[source.newest]
        if edition.live and edition.live.dataset:
            base = urlsplit(edition.live.dataset).path
            if edition.mirror:
                found[f"{base}/raw"] = lambda path=edition.mirror.path: unzipped(path)
            meta = {"dataUpdatedAt": "2023-10-13T08:00:00Z", "schema": [], "license": {"title": "Licence Ouverte"}}
            found[base] = lambda meta=meta: json.dumps(meta).encode()
    return found


@pytest.fixture(scope="module")
def portals(sample_copy: Path) -> Iterator[str]:
    answers = routes(geographic_code.load(), sample_copy)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            answer = answers.get(urlsplit(self.path).path)
            body = answer() if answer else b"introuvable"
            self.send_response(200 if answer else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


SERVED = [name for name, source in load_registry().items() if source.editions[source.newest].live]


def test_what_no_portal_serves_may_be_absent() -> None:
    assert all(load_registry()[name].may_be_absent for name in set(load_registry()) - set(SERVED))


@pytest.mark.parametrize("source_id", SERVED)
def test_live_and_copy_give_the_same_raw_table(source_id: str, portals: str, sample_copy: Path, tmp_path: Path) -> None:
    source = load_registry()[source_id]
    live = settings(tmp_path, FLUX_SOURCE="live", FLUX_PORTALS=",".join(f"{host}={portals}" for host in HOSTS))
    fetched = Store(live, Http(live.portals, attempts=1)).fetch(source, source.newest)
    held = max(name for name, edition in source.editions.items() if edition.mirror)
    copied = Store(settings(tmp_path), copy=sample_copy).fetch(source, held)

    from_live, from_copy = raw.build(source, [fetched]), raw.build(source, [copied])

    assert fetched.manifest.mode == "live"
    assert fetched.manifest.address.startswith("https://")
    columns = [name for name in source.columns if name not in ABSENT_IN_COPY or from_copy[name].null_count == 0]
    columns = [name for name in columns if name not in DIFFERENT_BY_NATURE]
    assert columns
    if source_id == "sdes_empreinte":  # the portal has the newest edition alone, and codes with a prefix
        from_copy = from_copy.filter(pc.equal(from_copy["annee"], "2023"))
    if source_id == "eutl_installations":  # the portal repeats an installation for each of its years
        from_live = from_live.group_by(columns).aggregate([])
    order = [(name, "ascending") for name in (source.key or columns)]
    for name in columns:
        one = from_live.sort_by(order)[name].to_pylist()
        other = from_copy.sort_by(order)[name].to_pylist()
        assert [said(value) for value in one if value is not None] == [said(v) for v in other if v is not None], name


def said(value: str) -> str | float:
    """What a cell means, however the producer spells it: no EPCI, a prefix, or a number with or without decimals."""
    value = value.removeprefix("CPA_").replace(",", ".", value.count(",") == 1)
    if value == "ZZZZZZZZZ":
        return ""
    return float(value) if value.replace(".", "", 1).isdigit() else value
