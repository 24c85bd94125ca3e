"""Demonstration files of the carbon footprint in their producers' layouts: real codes and published factors, invented figures.

Products and their posts are read from the seed of the nomenclature, so that none is missing.
"""

import csv
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import yaml

from dagster_project.settings import DBT_PROJECT_DIR
from dagster_project.sources.sample.geographic_code import World, population, save, table

INVENTED = yaml.safe_load(Path(__file__).with_name("footprint.yml").read_text("utf-8"))
PRODUCTS = DBT_PROJECT_DIR / "seeds" / "bilan" / "espass_cpa_postes.csv"
NEWEST = 2023
GEOGRAPHY = 2024  # of Filosofi
Row = Sequence[object]


def write(world: World, folder: Path) -> None:
    """Write the four files below `folder`."""
    home = folder / "espass"
    save(home / "empreinte_sdes_produits_cpa.csv", table(_products(world)))
    save(home / "filosofi_2021_communes.csv.gz", table(_incomes(world)))
    save(home / "ore_conso_elec_gaz_departements_2011_2021.csv.gz", table(_energy(world)))
    factors = INVENTED["base_carbone"]
    save(home / "base_carbone_v22_extrait.csv.gz", table([list(factors["colonnes"]), *factors["lignes"]]))


def _products(world: World) -> Iterator[Row]:
    """Two editions that no reader may take for a series; tonnes a head of the order of the real ones."""
    yield (
        "annee",
        "edition",
        "code_cpa",
        "libelle",
        "emissions_kt_co2e",
        "dont_interieur_kt_co2e",
        "dont_importe_kt_co2e",
    )
    with PRODUCTS.open(encoding="utf-8", newline="") as file:
        codes = list(dict.fromkeys(row["code_cpa"] for row in csv.DictReader(file)))
    people = sum(population(code) for code in world.communes(2026))
    for year, edition in INVENTED["editions"].items():
        for code in codes:
            if not code.startswith("MENAGES"):
                draw = random.Random(f"product {year} {code}").uniform(*INVENTED["kg_par_habitant"])  # noqa: S311
                kilograms = INVENTED["particuliers"].get(code, draw)
                yield (
                    year,
                    edition,
                    code,
                    f"Produit {code} (données de démonstration)",
                    round(people * kilograms / 1e6, 3),
                    "",
                    "",
                )


def _incomes(world: World) -> Iterator[Row]:
    """One row a commune, and the arrondissements that the producer lists beside Paris, as secret as small communes are."""
    yield ("CODGEO", "NBMENFISC21", "NBPERSMENFISC21", "MED21", "PIMP21", "TP6021", "D121", "D921")
    codes = [code for code in world.communes(GEOGRAPHY) if not code.startswith(("971", "973", "976"))]
    for code in [*codes, *(f"751{number:02d}" for number in range(1, 21))]:
        draw = random.Random(f"income {code}")  # noqa: S311
        persons = round(population(code) * draw.uniform(0.94, 0.99))
        households = round(persons / draw.uniform(2.0, 2.7))
        figures: Row = (households, persons, 10 * draw.randint(*INVENTED["niveau_de_vie_en_dizaines"]))
        mark = INVENTED["sans_revenu"].get(code)
        yield (code, *([mark] * 3 if mark else figures), *["nd" if mark == "nd" else "s"] * 4)


def _energy(world: World) -> Iterator[Row]:
    """Two operators of electricity, one of gas; no gas in Corsica, and nothing at all in one departement overseas."""
    sectors = [f"conso{letter}" for letter in ("a", "i", "t", "r", "na", "totale")]
    places = ("code_departement", "libelle_departement", "code_region", "libelle_region")
    yield ("operateur", "annee", "filiere", *places, *sectors)
    for code, operator, year, energy in _deliveries(world.departements):
        draw = random.Random(f"energy {code} {operator} {year} {energy}")  # noqa: S311
        people = sum(population(commune) for commune in world.communes(2026) if world.departement(commune) == code)
        homes = round(people * draw.uniform(*INVENTED["mwh_par_habitant"][energy]), 2)
        region = world.departements[code]["region"]
        names = (world.departements[code]["nom"], region.lstrip("0"), world.regions[region]["nom"])
        yield (
            operator,
            year,
            energy,
            code,
            *names,
            *[round(homes * part, 2) for part in (0.02, 0.3, 0.5, 1, 0.04, 1.86)],
        )


def _deliveries(departements: Iterable[str]) -> Iterator[tuple[str, str, int, str]]:
    for year in (2020, 2021):
        for code in departements:
            if code != INVENTED["sans_ligne"]:
                yield code, "Réseau de démonstration", year, "Electricité"
            if not code.startswith(("2", "97")):
                yield code, "Réseau de démonstration", year, "Gaz"
        yield "33", "Régie de démonstration", year, "Electricité"
