"""What every workbook says of itself: its properties, and the sheet Notes (conventions, period, limits, sources, licences)."""

from __future__ import annotations

from datetime import datetime

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from dagster_project.products.facts import Release
from dagster_project.products.figures import label
from dagster_project.release.notice import distinct, said_of


def describe(book: Workbook, release: Release, title: str) -> None:
    """Properties of a workbook; dated from the release, so that the same release writes the same file."""
    book.set_properties(
        {
            "title": title,
            "comments": f"Version {release.catalogue['id']} ({release.catalogue['statut_donnees']})",
            "created": datetime.fromisoformat(release.catalogue["created"]),
        }
    )


def on_a4(sheet: Worksheet, tall: int = 0, landscape: bool = False) -> None:
    """Print a sheet on A4, one page wide and `tall` pages high (0: as many as it takes)."""
    sheet.set_paper(9)
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, tall)


def notes(sheet: Worksheet, release: Release, title: Format, text: Format) -> None:
    """Write the notes of a release."""
    sheet.write_string(0, 0, "Méthode, sources, licences", title)
    for row, paragraph in enumerate(paragraphs(release), start=2):
        sheet.write_string(row, 0, paragraph, text)
    sheet.set_column(0, 0, 120)
    on_a4(sheet)


def paragraphs(release: Release) -> list[str]:
    """What a reader of a workbook must know, one idea a line."""
    facts = release.catalogue
    return [
        f"Version {facts['id']}, code {facts['revision']} : {label('statut', facts['statut_donnees'])}.",
        "Signe vu de l'atmosphère : négatif = séquestration nette, positif = émission nette ; la feuille PCAET suit le signe"
        " inverse, celui du cadre de dépôt.",
        "Unités : kt CO2e/an (1 kt = 1 000 t) ; kt C = kt CO2e x 12/44 sans la part de N2O ; stocks en kt C, sans signe.",
        f"Période : flux, année moyenne {facts['annees_flux']} (pas une série temporelle) ; stocks de {facts['annees_stocks']}.",
        "Produits bois : deux approches, consommation (défaut) et récolte, deux réponses complètes, jamais additionnées.",
        f"Géographie : communes d'ALDO (liste du 17/12/2018) suivies jusqu'au COG {facts['cog_cible']} ; rien sous l'EPCI.",
        "Arrondis : une seule fois, dans les tables publiées, la moitié en s'éloignant de zéro. n. d. : non connu, ce qui n'est"
        " pas zéro.",
        "Séquestration et émission sont arrondies chacune : leur somme peut différer du flux net d'une unité du dernier chiffre.",
        "N2O : converti par ALDO avec 44/25 au lieu de 44/28 ; valeur publiée ici, valeur corrigée dans les tables.",
        "Incertitude : non estimée par ALDO, qui ne se dit pas adapté en dessous d'une dizaine de communes.",
        "Une séquestration ne se déduit jamais des émissions d'un inventaire.",
        *facts["remarques"],
        *(f"Inventaire : {said_of(one)}." for one in facts["inventaires"]),
        *(
            f"Source : {one['title']}, {one['release']} ; {one['attribution']} ; {one['licence']}."
            for one in facts["sources"]
        ),
        f"Licences : {' ; '.join(distinct(facts['sources'], 'licence'))}.",
    ]
