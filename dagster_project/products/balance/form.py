"""The rows of the sheet Saisie: what a territory may type, with its bounds. Identifiers are the contract of the round trip."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from dagster_project.products.balance.engine import KEYS
from dagster_project.products.balance.method import PER_TONNE, SEEDS, UNTYPED, Method, word
from dagster_project.products.balance.published import GREENHOUSE, POLLUTANTS, SECTORS, Balance
from dagster_project.products.figures import label

TIMES_DEFAULT = 10  # most of a typed result, against its default
UNBOUNDED = 1e12  # where nothing is known to bound a value by
ZONE = "G.zone"
DEFAULT_ZONE = word("tempere_froid_humide")  # hypothesis, said where it is chosen
SOIL_LEVELS = {"travail": "FMG", "apports": "FI"}
MOMENTS = {"avant": "avant", "apres": "après"}


@dataclass(frozen=True)
class Field:
    """One row: identifier, what people read, bounds of a number, or the choices of a list."""

    identifier: str
    heading: str
    label: str
    unit: str
    least: float = 0.0
    most: float = UNBOUNDED
    choices: tuple[str, ...] = ()
    remark: str = ""

    def state(self, value: float) -> str:
        """What the control beside a number says of it."""
        return "trop petit" if value < self.least else "trop grand" if value > self.most else "saisi"


def fields(method: Method, balance: Balance, land: Mapping[str, float]) -> list[Field]:
    """All rows, in the order of the sheet.

    Args:
        method: the seeds.
        balance: published balance of the territory.
        land: hectares by land use (level 1) of ALDO, where it describes the territory.
    """
    return [
        *_keys(method, balance),
        *_activities(method, balance),
        *_results(method, balance),
        *_inventory(method, balance),
        *_practices(method, land),
    ]


def _keys(method: Method, balance: Balance) -> Iterator[Field]:
    known = (balance.reference.people, balance.reference.income, balance.reference.households)
    for identifier, default in zip(KEYS, known, strict=True):
        given = method.inputs[identifier]
        most = given.times_default * default if default else UNBOUNDED
        yield Field(identifier, "1. Clés du territoire", given.label, given.unit, given.least, most, (), given.remark)


def _activities(method: Method, balance: Balance) -> Iterator[Field]:
    for identifier in sorted({factor.activity for factor in method.factors}, key=list(method.inputs)[::-1].index):
        given, default = method.inputs[identifier], default_quantity(method, balance, identifier)
        most = given.times_default * default if default else UNBOUNDED
        yield Field(identifier, "2. Activités", given.label, given.unit, given.least, most, (), given.remark)


def default_quantity(method: Method, balance: Balance, identifier: str) -> float | None:
    """The quantity of an activity that the default supposes: a key's own measure, or what its lines and factors give."""
    if identifier in balance.quantities:
        return balance.quantities[identifier]
    factors = [factor for factor in method.factors if factor.activity == identifier]
    targets = {(factor.post, factor.line) for factor in factors}
    emissions = [line.default for line in balance.lines if (line.post, line.name) in targets]
    if not emissions or any(value is None for value in emissions):
        return None
    return sum(value or 0 for value in emissions) * PER_TONNE / sum(factor.kilograms for factor in factors)


def defaults(method: Method, balance: Balance) -> dict[str, float | None]:
    """The default that the sheet shows of each key, activity with a quantity and result."""
    reference, surfaces = balance.reference, "_m2"
    results = dict(zip(KEYS, (reference.people, reference.income, reference.households), strict=True))
    for activity in dict.fromkeys(factor.activity for factor in method.factors):
        if not activity.endswith(surfaces):  # nothing is known of what is built in a year
            results[activity] = default_quantity(method, balance, activity)
    return results | {f"R.{line.post}.{line.name}": line.default for line in balance.lines}


def _results(method: Method, balance: Balance) -> Iterator[Field]:
    for line in balance.lines:
        if line.name != UNTYPED:
            post, name = method.posts[line.post][0], method.lines[line.post, line.name]
            most = TIMES_DEFAULT * line.default if line.default else UNBOUNDED
            heading = "3. Résultats qui remplacent une ligne de l'empreinte"
            yield Field(f"R.{line.post}.{line.name}", heading, f"{post} : {name}", "t CO2e/an", 0.0, most)


def _inventory(method: Method, balance: Balance) -> Iterator[Field]:
    heading, people = "4. Inventaire du territoire (émissions directes)", balance.reference.people
    for measure in (GREENHOUSE, *POLLUTANTS):
        unit = "t CO2e/an" if measure == GREENHOUSE else "kg/an"
        for sector in SECTORS:
            name = f"{label('secteur', sector)}, {measured(measure)}"
            yield Field(f"T.{sector}.{measure}", heading, name, unit, 0.0, _most_a_head()[measure] * people)
    travaux = "Travaux (chantiers du territoire), GES"
    yield Field("T.ges_travaux", heading, travaux, "t CO2e/an", 0.0, _most_a_head()[GREENHOUSE] * people)
    consumed = "Électricité consommée sur le territoire (scope 2, hors des deux périmètres)"
    yield Field(
        "T.electricite_mwh", heading, consumed, "MWh/an", 0.0, 1000 * _most_a_head()["consommation_energie"] * people
    )
    for pollutant in method.targets:
        name = f"{label('polluant', pollutant)} émis en 2005 (base du PREPA)"
        yield Field(f"T.{pollutant}_2005", heading, name, "kg/an", 0.0, _most_a_head()[pollutant] * people)


def measured(measure: str) -> str:
    """How a measure is written for people."""
    return "GES" if measure == GREENHOUSE else label("polluant", measure)


@cache
def _most_a_head() -> dict[str, float]:
    """What no territory emits a head and year, by measure, in the house's units."""
    with (SEEDS / "inventaires" / "inventaires_mesures.csv").open(encoding="utf-8", newline="") as file:
        return {row["mesure"]: float(row["max_par_habitant"]) for row in csv.DictReader(file)}


def _practices(method: Method, land: Mapping[str, float]) -> Iterator[Field]:
    heading = "5. Pratiques agricoles (potentiel sur 20 ans, hors de tout total)"
    for code, (name, use, _, _) in method.practices.items():
        yield Field(f"P.{code}.ha", heading, name, "ha", 0.0, land.get(use, 0.0))
    cropland = land.get("cultures", 0.0)
    yield Field("G.ha", heading, "Cultures dont les pratiques changent (option du GIEC)", "ha", 0.0, cropland)
    for kind, factor in SOIL_LEVELS.items():
        levels = tuple(dict.fromkeys(level for name, level, _ in method.soil if name == factor))
        for moment, when in MOMENTS.items():
            what = "Travail du sol" if kind == "travail" else "Apports de matière organique"
            yield Field(f"G.{moment}_{kind}", heading, f"{what}, {when}", "au choix", choices=levels)


def zones(method: Method) -> list[str]:
    """Climate zones of the IPCC's factors."""
    return list(dict.fromkeys(zone for _, _, zone in method.soil))
