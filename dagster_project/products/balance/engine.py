"""The engine of the balance: what a territory types made into lines, posts and errors, as the workbook's formulas do.

A result that is typed comes before an activity, an activity before the default (docs/balance.md). Nothing here adds two
perimeters, a removal, or a potential.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log, sqrt

from dagster_project.products.balance.method import DEFAULT_NOTE, PER_TONNE, Method

LOCAL, LOCAL_KEY, DEFAULT = "local", "cle_locale", "defaut"
KEYS = ("C.population", "C.revenu", "C.menages")


@dataclass(frozen=True)
class Line:
    """A line of the published footprint: `default` in t CO2e a year (None: not estimated), `ln_error` its ln(GSD2)."""

    post: str
    name: str
    perimeter: str
    key: str
    rank: int
    default: float | None
    ln_error: float


@dataclass(frozen=True)
class Entry:
    """What was typed, and its quality note (5 is best)."""

    value: float
    note: int = DEFAULT_NOTE


@dataclass(frozen=True)
class Reference:
    """People, mean standard of living (EUR a consumption unit) and households of a territory."""

    people: float
    income: float | None
    households: float


@dataclass(frozen=True)
class Inputs:
    """What a territory typed: numbers by identifier, factors that it replaced by activity and line, choices of lists, sources."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    factors: Mapping[tuple[str, str], float] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    def value(self, identifier: str) -> float | None:
        """A typed value, None where there is none: a typed zero is a value."""
        entry = self.entries.get(identifier)
        return entry.value if entry else None


@dataclass(frozen=True)
class Kept:
    """A line with what its inputs make of it (t CO2e a year); `kept` is the one that counts."""

    line: Line
    default: float | None
    activity: float | None
    result: float | None
    kept: float | None
    origin: str
    ln_error: float


@dataclass(frozen=True)
class Total:
    """A sum of lines, None where one is not known; GSD2 if their errors are independent, and if they are one."""

    value: float | None
    known: float
    independent: float | None
    correlated: float | None

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """The interval of 95 % if one error moves all lines: the outer one."""
        if self.value is None or self.correlated is None:
            return None, None
        return self.value / self.correlated, self.value * self.correlated


def footprint(method: Method, lines: Sequence[Line], reference: Reference, inputs: Inputs) -> list[Kept]:
    """Lines of the footprint as the territory's inputs make them."""
    return [_kept(method, line, reference, inputs) for line in lines]


def scale(method: Method, key: str, reference: Reference, inputs: Inputs) -> float:
    """What typed people, income and households make of a default: exact at the reference, first order elsewhere."""
    references = (reference.people, reference.income, reference.households)
    result = 1.0
    for name, known, exponent in zip(KEYS, references, method.keys[key].exponents, strict=True):
        typed = inputs.value(name)
        if typed is not None and known:
            result *= (typed / known) ** exponent
    return result


def _kept(method: Method, line: Line, reference: Reference, inputs: Inputs) -> Kept:
    default = None if line.default is None else line.default * scale(method, line.key, reference, inputs)
    parts = [
        (
            entry.value * inputs.factors.get((factor.activity, factor.line), factor.kilograms) / PER_TONNE,
            sqrt(method.ln_of_note(entry.note) ** 2 + log(1 + factor.error_pct / 100) ** 2),
        )
        for factor in method.factors_of(line.post, line.name)
        if (entry := inputs.entries.get(factor.activity))
    ]
    activity = sum(value for value, _ in parts) if parts else None
    typed = inputs.entries.get(f"R.{line.post}.{line.name}")
    kept: float | None
    if typed:
        kept, origin, error = typed.value, LOCAL, method.ln_of_note(typed.note)
    elif activity is not None:
        kept, origin = activity, LOCAL
        error = sqrt(sum((value * part) ** 2 for value, part in parts)) / activity if activity else 0.0
    else:
        followed = method.keys[line.key].exponents
        local = any(inputs.value(name) is not None and power for name, power in zip(KEYS, followed, strict=True))
        kept, origin, error = default, LOCAL_KEY if local else DEFAULT, line.ln_error
    return Kept(line, default, activity, typed.value if typed else None, kept, origin, error)


def total(kept: Iterable[Kept]) -> Total:
    """The sum of some lines and its two errors (ABC, Bilan Carbone 2025)."""
    items = list(kept)
    values = [(item.kept, item.ln_error) for item in items if item.kept is not None]
    known = sum(value for value, _ in values)
    if len(values) < len(items):
        return Total(None, known, None, None)
    if not known:
        return Total(known, known, 1.0, 1.0)
    independent = sqrt(sum((value * error) ** 2 for value, error in values)) / abs(known)
    correlated = sum(abs(value) * error for value, error in values) / abs(known)
    return Total(known, known, exp(independent), exp(correlated))


def sectors_kept(known: Mapping[str, float | None], measure: str, inputs: Inputs) -> dict[str, float | None]:
    """Sectors of an inventory for one measure (`ges`, a pollutant): what was typed, else what the inventory says."""
    typed = {sector: inputs.value(f"T.{sector}.{measure}") for sector in known}
    return {sector: known[sector] if typed[sector] is None else typed[sector] for sector in known}


def posts_of_sectors(
    method: Method, quantity: str, sectors: Mapping[str, float | None]
) -> dict[str, tuple[float | None, float | None]]:
    """Posts of an inventory from its sectors: the value, None where a sector is not known, and the part that is known.

    Args:
        method: the seeds.
        quantity: `ges` or `polluants`.
        sectors: value of each of the eight sectors.
    """
    results: dict[str, list[tuple[float | None, int]]] = {}
    for sector, value in sectors.items():
        for post, part in method.sectors[sector, quantity].items():
            results.setdefault(post, []).append((value, part))
    return {
        post: (
            None
            if any(value is None for value, _ in parts)
            else sum((value or 0) * part for value, part in parts) / 1000,
            None
            if all(value is None for value, _ in parts)
            else sum((value or 0) * part for value, part in parts) / 1000,
        )
        for post, parts in results.items()
    }
