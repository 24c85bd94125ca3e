"""Draws the pictures of `bilan.html` anew: sheets of a balance workbook with a few inputs, of a demonstration release.

Used by hand when sheets change: `make run`, then `python -m tests.pictures data`. Needs LibreOffice and pdftoppm (poppler-utils).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from dagster_project.products.balance import workbook
from dagster_project.products.balance.engine import Entry, Inputs
from dagster_project.products.facts import load
from dagster_project.products.site.render import STATIC
from dagster_project.release.switch import current

CODE = "200071918"
INPUTS = Inputs(
    {
        "C.population": Entry(126_000, 5),
        "A.gaz": Entry(40_000, 4),
        "A.voiture": Entry(702_000, 3),
        "R.travaux.construction": Entry(98_765, 2),
    },
    sources={"C.population": "Insee", "A.gaz": "relevés du distributeur", "A.voiture": "enquête locale"},
)
SHEETS = {
    "synthese": (2, 470),
    "saisie": (3, 340),
    "ges": (6, 340),
}  # page of the printed workbook, height of the picture
DPI, CROP = 120, ("-x", "74", "-y", "74", "-W", "1240")
FRENCH = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>fr-FR</value></prop></item>
</oor:items>
"""


def main(data: Path) -> None:
    release = load(current(data / "publication"))
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "bilan.xlsx"
        workbook.write(release, release.territories["epci", CODE], book, INPUTS)
        user = Path(folder) / "profile" / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(FRENCH, "utf-8")
        office = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf"]
        subprocess.run([*office, "--outdir", folder, str(book)], check=True, capture_output=True)
        for name, (page, height) in SHEETS.items():
            pages = ["-f", str(page), "-l", str(page), "-singlefile", "-r", str(DPI), *CROP, "-H", str(height)]
            target = str(STATIC / name)
            subprocess.run(["pdftoppm", "-png", *pages, book.with_suffix(".pdf"), target], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
