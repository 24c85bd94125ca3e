"""The catalogue that portals harvest: DCAT-AP as JSON-LD, its context inside, addresses relative to where it is served."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from dagster_project.products.figures import label
from dagster_project.release.candidate import OPEN_LICENCE, TO_CONFIRM

CATALOGUE = "catalogue.jsonld"
WORDS = yaml.safe_load(Path(__file__).with_name("dcat.yml").read_text("utf-8"))
EU = WORDS["authority"]


def catalogue(package: Mapping[str, Any], publisher: str) -> dict[str, Any]:
    """The JSON-LD document of a release.

    Args:
        package: its completed datapackage.json.
        publisher: who publishes it.

    Returns:
        a dcat:Catalog of one dcat:Dataset a table, and one for maps, with their distributions.
    """
    agent = {"@id": "#editeur", "@type": "foaf:Agent", "foaf:name": publisher}
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for resource in package["resources"]:
        place = Path(resource["path"])
        kinds = {"tables": place.stem, "classeurs": "classeurs", "geo": "carte", "contours": "carte"}
        group = f"indicateur_{place.parts[1]}" if "extras" in resource else kinds.get(place.parts[0], "base")
        groups.setdefault(group, []).append(resource)
    return {
        "@context": WORDS["context"],
        "@id": "#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": french(package["title"]),
        "dct:description": french(f"{package['title']}, à l'EPCI et au-dessus. {package['convention_de_signe']}."),
        "dct:publisher": agent,
        "dct:language": {"@id": f"{EU}language/FRA"},
        "dct:issued": dated(package["created"]),
        "dct:modified": dated(package["created"]),
        "dcat:dataset": [_dataset(package, name, of, agent) for name, of in groups.items()],
    }


def _dataset(
    package: Mapping[str, Any], name: str, resources: list[Mapping[str, Any]], agent: Mapping[str, Any]
) -> dict[str, Any]:
    entry = {
        "@id": f"#{name}",
        "@type": "dcat:Dataset",
        "dct:identifier": f"flux-carbone-{name}",
        "dct:title": french(resources[0].get("title") or WORDS["titles"].get(name) or label("table", name)),
        "dct:description": french(f"{resources[0]['description']} [{package['statut_donnees']}]"),
        "dct:publisher": {"@id": agent["@id"]},
        "dct:language": {"@id": f"{EU}language/FRA"},
        "dct:accrualPeriodicity": {"@id": f"{EU}frequency/{WORDS['frequency']}"},
        "dct:spatial": {"@id": f"{EU}country/FRA"},
        "dct:issued": dated(package["created"]),
        "dct:modified": dated(package["created"]),
        "dcat:version": package["id"],
        "dcat:theme": [{"@id": f"{EU}data-theme/{theme}"} for theme in WORDS["themes"]],
        "dcat:keyword": [french(keyword) for keyword in WORDS["keywords"]],
        "dcat:distribution": [_distribution(resource) for resource in resources],
    }
    if years := resources[0].get("annees"):
        entry["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@value": f"{years[0]}-01-01", "@type": "xsd:date"},
            "dcat:endDate": {"@value": f"{years[1]}-12-31", "@type": "xsd:date"},
        }
    return entry


def _distribution(resource: Mapping[str, Any]) -> dict[str, Any]:
    entry = {
        "@id": f"#fichier-{resource['name']}",
        "@type": "dcat:Distribution",
        "dct:title": french(resource["path"]),
        "dct:description": french(resource["description"]),
        "dcat:accessURL": {"@id": resource["path"]},
        "dcat:downloadURL": {"@id": resource["path"]},
        "dcat:byteSize": {"@value": str(resource["bytes"]), "@type": "xsd:nonNegativeInteger"},
        "dct:rights": {
            "@type": "dct:RightsStatement",
            "dct:description": french(" ; ".join(item["title"] for item in resource["licenses"])),
        },
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": resource["hash"].removeprefix("sha256:"), "@type": "xsd:hexBinary"},
        },
    }
    if not any(item["name"] == TO_CONFIRM for item in resource["licenses"]):
        entry["dct:license"] = {"@id": OPEN_LICENCE}
    if form := WORDS["formats"].get(resource["format"]):
        entry["dct:format"] = {"@id": f"{EU}file-type/{form}"}
    if media := resource.get("mediatype"):
        entry["dcat:mediaType"] = {"@id": f"https://www.iana.org/assignments/media-types/{media}"}
    return entry


def french(text: str) -> dict[str, str]:
    """A text in French."""
    return {"@value": text, "@language": "fr"}


def dated(moment: str) -> dict[str, str]:
    """A date and time."""
    return {"@value": moment, "@type": "xsd:dateTime"}
