"""What is said of a territory before any table: sentences made of figures that its page shows, and of no other."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dagster_project.core.templates import template
from dagster_project.products.facts import Row, Territory
from dagster_project.products.figures import MAGNITUDE, MINUS, PREFIX, french
from dagster_project.products.indicators import WORDS

TEMPLATE = template(Path(__file__).with_name("sentences.txt.j2"))
HARVEST, CONSUMPTION = WORDS
# Part of what grows, beyond which deaths are why a forest takes up little: half as much again as in all of France.
LOSS = 1 / 6
PLACES = {  # whose land it is
    "epci": "de cette intercommunalité",
    "departement": "de ce département",
    "region": "de cette région",
    "france": "de France métropolitaine",
}
APART = 2  # times: two wood approaches further apart than this need a word


@dataclass(frozen=True)
class Sentences:
    """Sentences of a territory, in plain French.

    Attributes:
        headline: what its own land does (wood by harvest); empty where nothing is known.
        other: the same by consumption, and why it is second.
        stock: what its land keeps, and what that would be if it were released.
        reasons: why its figures are unlike those of others, if they are.
    """

    headline: str = ""
    other: str = ""
    stock: str = ""
    reasons: Sequence[str] = ()


def sentences(territory: Territory) -> Sentences:
    """The sentences of a territory; its figures are the presentation columns of the marts, without their sign."""
    own, other = territory.row("bilan_global", HARVEST), territory.row("bilan_global", CONSUMPTION)
    if own is None:
        return Sentences()
    forest = territory.row("volumes_forets")
    words = TEMPLATE.render(
        own=own,
        other=other,
        stock=territory.row("bilan_stocks", HARVEST),
        converted=territory.row("flux_par_nature", "changement_usage_sol", HARVEST),
        growth=territory.row("flux_par_nature", "accroissement_biologique", HARVEST),
        wood=_wood(territory) if _apart(own, other) else "",
        forest=forest,
        most_dies=_beyond(forest, "mortalite_m3", LOSS),
        about=about,
        volume=volume,
        mesh=territory.maille,
        place=PLACES.get(territory.maille, "de ce territoire"),
    ).splitlines()
    lines = [line.partition(": ")[::2] for line in words if line]
    by_kind = {kind: [text for name, text in lines if name == kind] for kind, _ in lines}
    first = {kind: texts[0] for kind, texts in by_kind.items()}
    reasons = tuple(by_kind.get("raison", ()))
    return Sentences(first.get("constat", ""), first.get("autre", ""), first.get("stock", ""), reasons)


def about(row: Row, column: str) -> str:
    """An order of magnitude, without its sign."""
    return french(row[MAGNITUDE + column], MAGNITUDE + column).removeprefix(MINUS)


def volume(row: Row, column: str) -> str:
    """A volume of wood, as it is shown."""
    return french(row[PREFIX + column], column)


def _beyond(forest: Row | None, column: str, part: float) -> bool:
    """Whether a volume is more than a part of what grows."""
    if forest is None or not forest["production_m3"] or forest[column] is None:
        return False
    return bool(forest[column] > part * forest["production_m3"])


def _apart(own: Row | None, other: Row | None) -> bool:
    """Whether two fluxes differ by much, or in their sign."""
    if own is None or other is None or own["flux_kt_co2e"] is None or other["flux_kt_co2e"] is None:
        return False
    here, there = own["flux_kt_co2e"], other["flux_kt_co2e"]
    return bool(here * there < 0 or max(abs(here), abs(there)) > APART * min(abs(here), abs(there)))


def _wood(territory: Territory) -> str:
    """Where the counts of wood are far apart, whether consumption takes more carbon up (`plus`) or less (`moins`)."""
    cut, used = (territory.row("flux_par_nature", "produits_bois", approach) for approach in (HARVEST, CONSUMPTION))
    if cut is None or used is None or not _apart(cut, used):
        return ""
    return "plus" if used["flux_kt_co2e"] < cut["flux_kt_co2e"] else "moins"
