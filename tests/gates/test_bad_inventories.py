"""Every kind of rubbish in an inventory is refused with its file, row and column, and the release of the day before stays."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from dagster_project.settings import Settings
from tests.archives import edit_member
from tests.conftest import assert_refused, copy_of, quick

ORCAE, IGT, AIRPARIF = "donnees_detaillees_communes_01.zip", "igt_2016.csv", "airparif_emissions_epci_2015.csv"
CIGALE, ATMO, NATIONAL = (
    "cigale_communes.csv",
    "national_emissions_epci_2022.csv",
    ("emissions-de-gaz-a-effet-de-serre-annuelles-par-secteur-commune.csv"),
)


def edit(name: str, change: Callable[[str], str], encoding: str = "utf-8") -> Callable[[Path], str]:
    def spoil(copy: Path) -> str:
        if name == ORCAE:
            into = None if encoding == "utf-8" else encoding
            edit_member(copy / "inventories" / "orcae" / name, "orcae_conso_*.csv", change, into=into)
            return "donnees_detaillees_communes_"
        path = copy / "inventories" / name
        path.write_bytes(change(path.read_text("utf-8")).encode(encoding))
        return name

    return spoil


def once(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def cut(text: str) -> str:
    return text[: text.rindex(";") - 1].rsplit(";", 1)[0]


def third_row(change: Callable[[list[str]], None], delimiter: str = ",") -> Callable[[str], str]:
    def of(text: str) -> str:
        lines = text.splitlines()
        cells = lines[3].split(delimiter)
        change(cells)
        lines[3] = delimiter.join(cells)
        return "\n".join(lines) + "\n"

    return of


def kilotonnes(text: str) -> str:
    """The whole file in kilotonnes under a contract that says tonnes."""
    lines = text.splitlines()
    body = [line.split(",") for line in lines[1:]]
    rows = [[*row[:2], *(str(float(cell) / 1000) if cell else "" for cell in row[2:])] for row in body]
    return "\n".join([lines[0], *(",".join(row) for row in rows)]) + "\n"


def names_exchanged(text: str) -> str:
    """The codes of two communes of one departement, each under the other's name."""
    lines = [line.replace("DEMONSTRATION ", "").split(",") for line in text.splitlines()]
    first, second = (next(row for row in lines if row[0] == code) for code in ("85038", "85064"))
    first[0], second[0] = second[0], first[0]
    return "\n".join(map(",".join, lines)) + "\n"


def missing_part(copy: Path) -> str:
    (copy / "inventories" / "orcae" / "donnees_detaillees_communes_74.zip").unlink()
    return "donnees_detaillees_communes_74.zip"


def commune_of_another(copy: Path) -> str:
    """The first commune of an archive under the code of one that is in another."""
    first, other = (copy / "inventories" / "orcae" / f"donnees_detaillees_communes_{part}.zip" for part in ("01", "03"))
    codes = []
    for path in (first, other):
        with zipfile.ZipFile(path) as archive:
            codes.append(archive.read(archive.namelist()[0]).decode("cp1252").splitlines()[1].split(";")[1])
    for kind in ("conso", "eges"):
        edit_member(first, f"orcae_{kind}_*.csv", lambda text: text.replace(f";{codes[0]};", f";{codes[1]};"))
    return "donnees_detaillees_communes_"


def total_doubled(text: str) -> str:
    """One published sum of all sectors but energy, twice what it was."""
    lines = text.splitlines(keepends=True)
    number = next(n for n, line in enumerate(lines) if "Tous secteurs hors" in line)
    cells = lines[number].split(";")
    cells[7] = str(2 * float(cells[7].replace(",", ".")) + 1).replace(".", ",")
    lines[number] = ";".join(cells)
    return "".join(lines)


# name -> (file and what is done to it, texts that the message must hold: file, row, column, what)
CASES: dict[str, tuple[Callable[[Path], str], tuple[str, ...]]] = {
    "another delimiter": (
        edit(ORCAE, lambda text: text.replace(";", "|")),
        ("header row", "'nom territoire' is missing", "orcae_conso_communes"),
    ),
    "a column renamed": (
        edit(IGT, once("Routier", "Transport routier")),
        ("header row", "'Routier' is missing", "'Transport routier' is not in the contract"),
    ),
    "a decimal point for a comma": (
        edit(ORCAE, third_row(lambda cells: cells.__setitem__(7, "12.5"), ";")),
        ("line 4, column valeur (GWh)", "'12.5' is neither a number"),
    ),
    "a secret code that the contract does not know": (
        edit(IGT, third_row(lambda cells: cells.__setitem__(2, "s"))),
        ("line 4, column Agriculture", "'s' is neither a number"),
    ),
    "a leading zero lost": (
        edit(IGT, third_row(lambda cells: cells.__setitem__(0, "1001"))),
        ("line 4, column INSEE commune", "'1001' is not a code of commune"),
    ),
    "a year out of the contract": (
        edit(ORCAE, third_row(lambda cells: cells.__setitem__(3, "2031"), ";")),
        ("line 4, column année", "'2031' is not between 1990 and 2025"),
    ),
    "removals among emissions": (
        edit(ORCAE, third_row(lambda cells: cells.__setitem__(7, "-12,5"), ";")),
        ("line 4, column valeur (GWh)", "-12.5 is negative"),
    ),
    "a row twice": (
        edit(AIRPARIF, lambda text: text + text.splitlines()[2] + "\n"),
        ("line 13, column lib_epci", "appears 2 times"),
    ),
    "a file cut short": (edit(ORCAE, cut), ("7 cells where the header has 9",)),
    "another encoding": (edit(IGT, lambda text: text, "latin-1"), ("line 1", "cannot be read as utf-8")),
    "an error page": (edit(IGT, lambda text: "<html><p>503</p></html>\n"), ("line 1", "HTML")),
    "a sector that no seed knows": (
        edit(ORCAE, third_row(lambda cells: cells.__setitem__(4, "Logements"), ";")),
        (
            "ligne=4",
            "dimension=secteur",
            "libelle=Logements",
            "inventaires_correspondances",
            'orcae,secteur,"Logements",<code>',
        ),
    ),
    "a unit that no seed knows": (
        edit(ORCAE, once("valeur (GWh)", "valeur (therm)")),
        ("ligne=2", "dimension=unite", "libelle=therm", "inventaires_unites"),
    ),
    "a commune that no list has": (
        edit(IGT, third_row(lambda cells: cells.__setitem__(0, "99999"))),
        ("ligne=4", "libelle=99999", "commune inconnue au COG 2016"),
    ),
    "a figure without carrier beside its carriers": (
        edit(ORCAE, once(";DEMONSTRATION Bois;", ";;")),
        ("inventaires_sans_double_compte", "ligne ", "ignore"),
    ),
    "a commune beside its arrondissements": (
        edit(IGT, lambda text: text + "75056,Paris,1,1,1,1,1,1,1,1,1,1\n75101,Paris 1er,1,1,1,1,1,1,1,1,1,1\n"),
        ("libelle=75056", "la commune et ses arrondissements dans le même fichier"),
    ),
    "two communes exchanged": (
        edit(IGT, names_exchanged),
        ("inventaires_noms_et_codes", "inventories/igt_2016.csv", "ce nom est celui de"),
    ),
    "a name that is almost that of an EPCI": (
        edit(AIRPARIF, once("CC Terre de Camargue", "CC Terres de Camargue")),
        ("libelle=CC Terres de Camargue", "EPCI inconnu sous ce nom au COG 2019", "inventaires_noms_epci"),
    ),
    "a part of an edition that is not there": (
        missing_part,
        ("no such file", "donnees_detaillees_communes_74.zip", "FLUX_MIRROR"),
    ),
    "a commune in two archives": (commune_of_another, ("appears 2 times", "column code insee")),
    "a cell below the column without a heading": (
        edit(ORCAE, third_row(lambda cells: cells.__setitem__(8, "x"), ";")),
        ("line 4", "a cell in column 9, which has no heading"),
    ),
    "a sum that is not that of its parts": (
        edit(ORCAE, total_doubled),
        ("inventaires_sans_double_compte", "une somme du producteur n'est pas celle de ses parties"),
    ),
    "a preamble without the header": (
        edit(CIGALE, once('"Id Entité"', '"Identifiant"')),
        ("header row", "'Id Entité' is missing", "'Identifiant' is not in the contract"),
    ),
    "a date that is not": (
        edit(NATIONAL, once("2018-01-01T", "2018-13-01T")),
        ("line 2, column date_mesure", "2018-13-01", "is not between 2005 and 2023"),
    ),
    "kilotonnes under the name of tonnes": (
        edit(IGT, kilotonnes),
        ("inventaires_unites_plausibles", "mesure=ges", "par_habitant=0.00"),
    ),
}


@pytest.fixture(scope="module")
def house(released: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return copy_of(released, tmp_path_factory.mktemp("house"))


QUICK = ("a column renamed", "a decimal point for a comma", "a sector that no seed knows",
         "a sum that is not that of its parts", "kilotonnes under the name of tonnes")  # fmt: skip


@pytest.mark.parametrize("name", quick(CASES, *QUICK))
def test_refused_with_its_place_and_current_stays(name: str, altered_copy: Path, house: Settings) -> None:
    spoil, expected = CASES[name]
    file = spoil(altered_copy)
    assert_refused(name, house, altered_copy, (file, *expected))


@pytest.mark.thorough
def test_one_epci_under_two_spellings_is_a_repetition(altered_copy: Path, house: Settings) -> None:
    """Both spellings match the official name: the figures would add up."""
    edit(AIRPARIF, lambda text: text + text.splitlines()[2].replace("CA Les", "Ca les") + "\n")(altered_copy)
    assert_refused(
        "one EPCI under two spellings", house, altered_copy, ("cle_unique_int_inventaires_epci", "200071165")
    )
