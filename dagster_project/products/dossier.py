"""Completes a checked candidate: the catalogue lists what was made of the tables, DCAT-AP follows, every file has its digest.

No file of data that gate 3 saw is written again: entries are added to datapackage.json, lines to LISEZMOI.txt.
"""

import json
from pathlib import Path

import yaml

from dagster_project.products import dcat, downloads, geo, hub
from dagster_project.release import integrity
from dagster_project.release.candidate import fingerprint, rights_of_fluxes
from dagster_project.release.catalogue import Catalogue, Resource, read_catalogue, tables, write_catalogue
from dagster_project.release.integrity import DIGESTS
from dagster_project.release.readme import README

TEXTS = yaml.safe_load(Path(__file__).with_name("dossier.yml").read_text("utf-8"))
MADE: dict[str, str] = TEXTS["made"]


def complete(folder: Path, publisher: str) -> Catalogue:
    """Add what stands in the folder to its catalogue; write catalogue.jsonld and the digest of every file.

    Args:
        folder: the candidate, with what was made of its tables.
        publisher: who publishes it.

    Returns:
        the completed catalogue.
    """
    catalogue = read_catalogue(folder)
    made = [name for name in MADE if (folder / name).is_dir()]
    seen = [resource for resource in catalogue["resources"] if not made_later(resource["path"])]
    catalogue["resources"] = [
        *seen,
        *geo.resources(folder, catalogue),
        *_workbook(folder, catalogue),
        *hub.resources(folder),
    ]
    catalogue["contributors"] = [{"title": publisher, "role": "publisher"}]
    catalogue["produits"] = made
    readme = (folder / README).read_text("utf-8").split("\nAussi dans cette version :\n")[0]
    also = "".join(f"- {name}/ : {MADE[name]}\n" for name in made) + f"- {dcat.CATALOGUE} : catalogue DCAT-AP\n"
    also += f"- {DIGESTS} : empreinte de chaque fichier (sha256sum -c {DIGESTS})\n"
    (folder / README).write_text(f"{readme}\nAussi dans cette version :\n{also}", "utf-8")
    write_catalogue(folder, catalogue)
    text = json.dumps(dcat.catalogue(catalogue, publisher), indent=1, ensure_ascii=False)
    (folder / dcat.CATALOGUE).write_text(text + "\n", "utf-8")
    downloads.write_index(
        folder,
        f"{catalogue['title']} [{catalogue['statut_donnees']}], version {catalogue['id']}",
        _index(catalogue, made),
    )
    downloads.link(folder)
    integrity.write(folder)
    return catalogue


def _index(catalogue: Catalogue, made: list[str]) -> dict[str, str]:
    """What the release's own page leads to."""
    paths = [resource["path"] for resource in tables(catalogue).values()]
    there = {name: text for name, text in TEXTS["index"].items() if name.split("/")[0] not in set(MADE) - set(made)}
    return there | {path: f"Table {Path(path).name}" for path in paths}


def _workbook(folder: Path, catalogue: Catalogue) -> list[Resource]:
    """The workbook of all territories, for portals; those of each territory are too many to list."""
    path = folder / "classeurs" / "france_entiere.xlsx"
    if not path.is_file():
        return []
    entry: Resource = {
        "name": "classeur-france-entiere",
        "path": path.relative_to(folder).as_posix(),
        "format": "xlsx",
        "mediatype": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "description": "Classeur de tous les territoires : indicateurs arrondis, cadre de dépôt du PCAET, notes.",
        "licenses": rights_of_fluxes(catalogue),
        **fingerprint(path),
    }
    return [entry]


def made_later(name: str) -> bool:
    """Whether a file of a release is made of the tables, hence after gate 3; gate 4 answers for it."""
    return name in (dcat.CATALOGUE, downloads.INDEX) or Path(name).parts[0] in MADE
