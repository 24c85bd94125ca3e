"""The method of the balance as its seeds say it (dbt_project/seeds/bilan), where SQL, engine and workbook take coefficients.

Fields are English, codes are those of the seeds. Statuses (`source`, `derive`, `hypothese`) go with each figure that is shown.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import log, sqrt
from pathlib import Path

import yaml

from dagster_project.settings import DBT_PROJECT_DIR

SEEDS = DBT_PROJECT_DIR / "seeds"
DEFAULT_NOTE = 3  # of what a territory types without a note
NOTES = (5, 4, 3, 2, 1)
PER_TONNE = 1000  # kilograms
UNTYPED = "variations_de_stocks"  # negative by nature
HYPOTHESIS = "hypothese"
YEARS_OF_A_PRACTICE = 20
CO2_MASS, CARBON_MASS = 44, 12  # g/mol
CO2_OF_CARBON = CO2_MASS / CARBON_MASS
SOIL_FACTORS = ("FMG", "FI")  # tillage and inputs; land use stays
TEXTS = yaml.safe_load(Path(__file__).with_name("texts.yml").read_text("utf-8"))


@dataclass(frozen=True)
class Key:
    """How a key follows people (a), standard of living (b) and households (c), where one of them is typed."""

    code: str
    label: str
    definition: str
    source: str
    year: str
    people: float
    income: float
    households: float
    status: str

    @property
    def exponents(self) -> tuple[float, float, float]:
        """Of people, income and households, in the order in which they are typed."""
        return self.people, self.income, self.households


@dataclass(frozen=True)
class Factor:
    """What a unit of an activity emits on one line (kg CO2e), and the error of the element it is of (percent)."""

    activity: str
    post: str
    line: str
    kilograms: float
    source: str
    element: str
    error_pct: float
    status: str

    @property
    def identifier(self) -> str:
        """Under which the workbook lets it be replaced."""
        return f"F.{self.activity.removeprefix('A.')}.{self.line}"


@dataclass(frozen=True)
class Input:
    """What a territory may type: its bounds are a least value, and a multiple of its default."""

    identifier: str
    family: str
    label: str
    unit: str
    least: float
    times_default: float
    remark: str


@dataclass(frozen=True)
class Method:
    """Everything that the seeds say.

    Attributes:
        posts: label and colour by code, in order.
        lines: label by post and line, in order.
        keys: by code.
        inputs: keys and activities, by identifier.
        factors: of the activities, in order.
        sectors: by sector of an inventory and quantity (`ges`, `polluants`), the parts (per mille) that go to posts.
        soil: factors of the IPCC by factor, word of the level, word of the zone.
        practices: label, land use, and fluxes of soil and biomass (t C a hectare and year, ALDO's sign) by code.
        targets: percent in 2020, 2025 and 2030 against 2005, by pollutant.
    """

    posts: Mapping[str, tuple[str, str]]
    lines: Mapping[tuple[str, str], str]
    keys: Mapping[str, Key]
    inputs: Mapping[str, Input]
    factors: tuple[Factor, ...]
    sectors: Mapping[tuple[str, str], Mapping[str, int]]
    soil: Mapping[tuple[str, str, str], float]
    practices: Mapping[str, tuple[str, str, float, float]]
    targets: Mapping[str, tuple[float, float, float]]
    coefficients: Mapping[tuple[str, int], float]

    def factors_of(self, post: str, line: str) -> list[Factor]:
        """Factors of the activities that a line may be typed by."""
        return [factor for factor in self.factors if (factor.post, factor.line) == (post, line)]

    def ln_of_note(self, note: int) -> float:
        """ln(GSD2) of one note for all five characteristics (ABC, Bilan Carbone 2025)."""
        return sqrt(sum(log(value) ** 2 for (_, given), value in self.coefficients.items() if given == note))


@cache
def method() -> Method:
    """Read the seeds, once a process."""
    posts = {row["poste"]: (row["libelle"], row["couleur"]) for row in _rows("espass_postes")}
    lines = {(row["poste"], row["sous_poste"]): row["libelle"] for row in _rows("espass_sous_postes")}
    typed = _rows("espass_saisies")
    return Method(
        posts=posts,
        lines={key: lines[key] for key in sorted(lines, key=lambda key: list(posts).index(key[0]))},
        keys={row["cle"]: _key(row) for row in _rows("espass_cles")},
        inputs={row["saisie"]: _input(row) for row in reversed(typed)},
        factors=tuple(_factor(row) for row in typed if row["poste_cible"]),
        sectors=_sectors(),
        soil={
            (row["facteur"], word(row["niveau"]), word(row["zone"])): float(row["valeur"])
            for row in _rows("espass_pratiques_giec")
            if row["facteur"] in SOIL_FACTORS
        },
        practices={
            row["pratique"]: (
                row["libelle"],
                row["occupation_n1"],
                float(row["flux_sol_tc_ha_an"]),
                float(row["flux_biomasse_tc_ha_an"]),
            )
            for row in _rows("aldo_pratiques", "aldo")
        },
        targets={
            row["polluant"]: (
                float(row["objectif_2020_pct"]),
                float(row["objectif_2025_pct"]),
                float(row["objectif_2030_pct"]),
            )
            for row in _rows("espass_prepa")
        },
        coefficients={
            (row["caracteristique"], int(row["note"])): float(row["coefficient"]) for row in _rows("espass_incertitude")
        },
    )


def word(code: str) -> str:
    """How a code is written where people choose or read it."""
    return str(TEXTS["mots"][code])


def _rows(name: str, folder: str = "bilan") -> list[dict[str, str]]:
    with (SEEDS / folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _key(row: Mapping[str, str]) -> Key:
    return Key(
        row["cle"],
        row["libelle"],
        row["definition"],
        row["source"],
        row["annee"],
        float(row["exposant_population"]),
        float(row["elasticite_revenu"]),
        float(row["exposant_menages"]),
        row["statut"],
    )


def _input(row: Mapping[str, str]) -> Input:
    bounds = float(row["minimum"]), float(row["maximum_facteur_du_defaut"])
    return Input(row["saisie"], row["famille"], row["libelle"], row["unite"], *bounds, row["remarque"])


def _factor(row: Mapping[str, str]) -> Factor:
    element = f"BC-{row['base_carbone']}"  # bare, most of these numbers are codes of communes
    return Factor(
        row["saisie"],
        row["poste_cible"],
        row["sous_poste_cible"],
        float(row["facteur_kgco2e_par_unite"]),
        row["source_facteur"].replace(row["base_carbone"], element),
        element,
        float(row["incertitude_pct"]),
        row["statut"],
    )


def _sectors() -> dict[tuple[str, str], dict[str, int]]:
    results: dict[tuple[str, str], dict[str, int]] = {}
    for row in _rows("espass_secteurs_postes"):
        for quantity in ("ges", "polluants"):
            if row["grandeur"] in ("toutes", quantity):
                results.setdefault((row["secteur"], quantity), {})[row["poste"]] = int(row["part_millieme"])
    return results
