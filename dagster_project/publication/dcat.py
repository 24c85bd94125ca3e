"""The catalogue that portals harvest: DCAT-AP as JSON-LD, its context inside, addresses relative to where it is served."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dagster_project.publication.candidate import OPEN_LICENCE

CATALOGUE = "catalogue.jsonld"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
EU = "http://publications.europa.eu/resource/authority/"
# The open licence of the house's own work; those of its sources are said in words (dct:rights), some to be confirmed.
FREQUENCY, THEMES = "IRREG", ("ENVI", "AGRI")
FORMATS = {"csv": "CSV", "parquet": "PARQUET", "geojson": "GEOJSON", "gpkg": "GPKG", "geoparquet": "PARQUET"}
KEYWORDS = ("carbone", "séquestration", "stock de carbone", "PCAET", "EPCI", "ALDO", "utilisation des terres", "forêt")


def catalogue(package: Mapping, publisher: str) -> dict:
    """The JSON-LD document of a release.

    Args:
        package: its completed datapackage.json.
        publisher: who publishes it.

    Returns:
        a dcat:Catalog of one dcat:Dataset a table, and one for maps, with their distributions.
    """
    agent = {"@id": "#editeur", "@type": "foaf:Agent", "foaf:name": publisher}
    groups: dict[str, list[Mapping]] = {}
    for resource in package["resources"]:
        place = Path(resource["path"])
        group = place.stem if place.parts[0] == "tables" else "carte" if len(place.parts) > 1 else "base"
        groups.setdefault(group, []).append(resource)
    return {
        "@context": CONTEXT,
        "@id": "#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": french(package["title"]),
        "dct:description": french(f"{package['title']}, a l'EPCI et au-dessus. {package['convention_de_signe']}."),
        "dct:publisher": agent,
        "dct:language": {"@id": f"{EU}language/FRA"},
        "dct:issued": dated(package["created"]),
        "dct:modified": dated(package["created"]),
        "dct:license": {"@id": OPEN_LICENCE},
        "dcat:dataset": [_dataset(package, name, of, agent) for name, of in groups.items()],
    }


def _dataset(package: Mapping, name: str, resources: list[Mapping], agent: Mapping) -> dict:
    first, last = package["annees_flux"].split("-")
    titles = {"carte": "Contours et cartes des territoires", "base": "Toutes les tables en une base"}
    return {
        "@id": f"#{name}",
        "@type": "dcat:Dataset",
        "dct:identifier": f"flux-carbone-{name}",
        "dct:title": french(titles.get(name, name)),
        "dct:description": french(f"{resources[0]['description']} [{package['statut_donnees']}]"),
        "dct:publisher": {"@id": agent["@id"]},
        "dct:language": {"@id": f"{EU}language/FRA"},
        "dct:accrualPeriodicity": {"@id": f"{EU}frequency/{FREQUENCY}"},
        "dct:spatial": {"@id": f"{EU}country/FRA"},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@value": f"{first}-01-01", "@type": "xsd:date"},
            "dcat:endDate": {"@value": f"{last}-12-31", "@type": "xsd:date"},
        },
        "dct:issued": dated(package["created"]),
        "dct:modified": dated(package["created"]),
        "dcat:version": package["id"],
        "dcat:theme": [{"@id": f"{EU}data-theme/{one}"} for one in THEMES],
        "dcat:keyword": [french(one) for one in KEYWORDS],
        "dct:license": {"@id": OPEN_LICENCE},
        "dcat:distribution": [_distribution(package, one) for one in resources],
    }


def _distribution(package: Mapping, resource: Mapping) -> dict:
    found = {
        "@id": f"#fichier-{resource['name']}",
        "@type": "dcat:Distribution",
        "dct:title": french(resource["path"]),
        "dct:description": french(resource["description"]),
        "dcat:accessURL": {"@id": resource["path"]},
        "dcat:downloadURL": {"@id": resource["path"]},
        "dcat:byteSize": {"@value": str(resource["bytes"]), "@type": "xsd:nonNegativeInteger"},
        "dct:license": {"@id": OPEN_LICENCE},
        "dct:rights": {
            "@type": "dct:RightsStatement",
            "dct:description": french(" ; ".join(one["title"] for one in package["licenses"])),
        },
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": resource["hash"].removeprefix("sha256:"), "@type": "xsd:hexBinary"},
        },
    }
    if form := FORMATS.get(resource["format"]):
        found["dct:format"] = {"@id": f"{EU}file-type/{form}"}
    if media := resource.get("mediatype"):
        found["dcat:mediaType"] = {"@id": f"https://www.iana.org/assignments/media-types/{media}"}
    return found


def french(text: str) -> dict[str, str]:
    """A text in French."""
    return {"@value": text, "@language": "fr"}


def dated(moment: str) -> dict[str, str]:
    """A date and time."""
    return {"@value": moment, "@type": "xsd:dateTime"}
