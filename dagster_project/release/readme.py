"""LISEZMOI.txt: what a release is, and what holds for all of its figures."""

from __future__ import annotations

from collections.abc import Sequence

from dagster_project.release import remarks
from dagster_project.release.catalogue import CATALOGUE, Catalogue
from dagster_project.release.conventions import ABOUT, HEADINGS, SET_VERSION
from dagster_project.release.notice import said_of
from dagster_project.warehouse.marts import Table

README = "LISEZMOI.txt"


def readme(catalogue: Catalogue, tables: Sequence[Table], database: str) -> str:
    """The release in plain French, for who opens its folder.

    Args:
        catalogue: what datapackage.json says of it.
        tables: what is published.
        database: name of the file that holds them all.
    """
    lines = [
        f"{catalogue['title']} - {catalogue['statut_donnees']}",
        f"Version {catalogue['id']}, jeu de données numéro {SET_VERSION} ; Code officiel géographique {catalogue['cog_cible']} ;"
        f" code {catalogue['revision']}",
        "",
        *(f"{HEADINGS[key]} : {value}" for key, value in ABOUT.items()),
        *(f"Remarque : {one}" for one in remarks.general()),
        f"Période : flux, {catalogue['periode']} ; stocks, {catalogue['periode_stocks']}",
        "",
        f"{database} : toutes les tables (schéma marts). tables/ : chacune en Parquet et en CSV (UTF-8, ';', virgule).",
        "contours/ : polygones en GeoParquet 1.1 (WGS 84) ; un territoire qui coupe des communes n'en a pas.",
        "Dans un tableur, importer les CSV (Données > À partir d'un fichier texte) avec les codes en texte : 01 reste 01.",
        f"{CATALOGUE} : colonnes, unités, sources, licences, empreintes.",
        "",
        *(f"- {table.name} : {table.description}" for table in tables),
        "",
        "Inventaires d'émissions, à côté des flux et jamais additionnés avec eux :",
        *(f"- {one['inventaire']} : {said_of(one)}" for one in catalogue["inventaires"]),
        *([] if catalogue["inventaires"] else ["- aucun dans cette version"]),
        "",
        "Sources :",
        *dict.fromkeys(  # a source stands once, however many of its editions were read
            f"- {one['title']}, {one['release']}, {one['attribution']} ; {one['licence']}"
            for one in catalogue["sources"]
        ),
    ]
    return "\n".join(lines) + "\n"
