"""What every published table must state besides its figures (domain contract, section 7, rule 6), and the signs of publishers.

Figures have one sign in the house, the atmosphere's. It is switched here, on the way out, and nowhere else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import yaml

from dagster_project.release.catalogue import About

# Of the published set: another number where a reader of the one before would be misled or find something gone.
SET_VERSION = 2
POINT = ("longitude_deg", "latitude_deg")  # columns of the tables whose rows are points, WGS 84
WHOLE_FRANCE = "FR_ENTIERE"  # with overseas; FR is its metropolitan part, which ALDO describes
NEGATIVE_SINK = "négatif = séquestration nette, positif = émission nette"
POSITIVE_SINK = "positif = séquestration nette, négatif = émission nette"
TEXTS = yaml.safe_load(Path(__file__).with_name("conventions.yml").read_text("utf-8"))
ABOUT: About = TEXTS["about"]
HEADINGS: Mapping[str, str] = TEXTS["headings"]


@dataclass(frozen=True)
class Convention:
    """How a publisher writes a flux: its sign against the atmosphere's (1 or -1), and tonnes as a power of ten (kt: -3)."""

    sign: int
    power: int
    text: str


CONVENTIONS = {
    name: Convention(sign, power, NEGATIVE_SINK if sign > 0 else POSITIVE_SINK)
    for name, (sign, power) in TEXTS["publishers"].items()
}


def convert(figures: Iterable[Decimal | None], before: Convention, after: Convention) -> list[Decimal | None]:
    """Figures of one convention in another; exact, so that `convert(convert(x, a, b), b, a)` is x.

    Args:
        figures: annual fluxes, None where there is none.
        before: convention they are in.
        after: convention wanted.
    """
    shift, opposite = after.power - before.power, before.sign != after.sign
    return [None if figure is None else _exact(figure, shift, opposite) for figure in figures]


def _exact(figure: Decimal, shift: int, opposite: bool) -> Decimal:
    """Digits are kept as they are: only the exponent and the sign change; zero has no sign."""
    sign, digits, exponent = figure.as_tuple()
    return Decimal(((sign ^ opposite) if figure else 0, digits, int(exponent) + shift))
