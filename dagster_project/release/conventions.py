"""What every published table must state besides its figures (domain contract, section 7, rule 6), and the signs of publishers.

Figures have one sign in the house, the atmosphere's. It is switched here, on the way out, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dagster_project.release.catalogue import About

# Of the published set: another number where a reader of the one before would be misled or find something gone.
SET_VERSION = 2
WHOLE_FRANCE = "FR_ENTIERE"  # with overseas; FR is its metropolitan part, which ALDO describes
NEGATIVE_SINK = "négatif = séquestration nette, positif = émission nette"
POSITIVE_SINK = "positif = séquestration nette, négatif = émission nette"
ABOUT: About = {
    "convention_de_signe": (
        f"{NEGATIVE_SINK} (vu de l'atmosphère), sauf dans les tables d'un éditeur, qui disent la leur en colonne"
    ),
    "unites": "t CO2e/an ou kt CO2e/an (1 kt = 1000 t), kt C pour les stocks ; l'unité est dans le nom de chaque colonne",
    "carbone": "kt C = kt CO2e x 12/44, sans la part de N2O, qui ne contient pas de carbone",
    "approche_bois": (
        "`consommation` (défaut) ou `recolte`, deux réponses complètes dans la colonne `approche_bois`, jamais additionnées :"
        " toute somme se fait sous une seule"
    ),
    "cog_source": "liste de communes d'ALDO (IGN, 17/12/2018), qui n'est ni le COG 2018 ni le COG 2019",
    "jeu_prg": (
        "celui de la version d'ALDO (N2O : 273, GIEC AR6, dans celle de 2023) ; l'émission directe de N2O y est convertie"
        " avec 44/25 au lieu de 44/28 (N2O trop fort de 9,8 %),"
        " valeur publiée conservée et valeur corrigée à côté"
    ),
    "incertitude": "non estimée",
    "maille_minimale": "EPCI : rien n'est publié en dessous",
    "france": (
        "`FR` : métropole, seule décrite par ALDO, somme des départements ou des régions ; `FR_ENTIERE` : avec l'outre-mer."
        " Quatre îles sans EPCI (communes) comptent dans leur département : la somme des EPCI est donc un peu inférieure"
    ),
    "avertissement": (
        "ne se compare pas sans réserve aux émissions d'un inventaire ; une séquestration ne se déduit jamais d'émissions"
    ),
}

HEADINGS = {  # what people read before each of these facts
    "convention_de_signe": "Convention de signe",
    "unites": "Unités",
    "carbone": "Carbone",
    "approche_bois": "Approche des produits bois",
    "cog_source": "Géographie de la source",
    "cog_cible": "Géographie des tables (Code officiel géographique)",
    "jeu_prg": "Jeu de PRG",
    "incertitude": "Incertitude",
    "maille_minimale": "Maille minimale",
    "france": "France",
    "avertissement": "Avertissement",
    "perimetre": "Périmètre",
    "periode": "Période",
    "secret": "Secret statistique",
    "attribution": "Attribution",
    "licence": "Licence",
}


@dataclass(frozen=True)
class Convention:
    """How a publisher writes a flux: its sign against the atmosphere's (1 or -1), and tonnes as a power of ten (kt: -3)."""

    sign: int
    power: int
    text: str


CONVENTIONS: Mapping[str, Convention] = {
    "atmosphere": Convention(1, 0, NEGATIVE_SINK),
    "aldo": Convention(-1, 0, POSITIVE_SINK),
    "terristory": Convention(-1, -3, POSITIVE_SINK),
    "hauts_de_france": Convention(1, -3, NEGATIVE_SINK),
    "pcaet": Convention(-1, 0, POSITIVE_SINK),
}


def convert(figures: Iterable[Decimal | None], before: Convention, after: Convention) -> list[Decimal | None]:
    """Figures of one convention in another; exact, so that `convert(convert(x, a, b), b, a)` is x.

    Args:
        figures: annual fluxes, None where there is none.
        before: convention they are in.
        after: convention wanted.
    """
    shift, opposite = after.power - before.power, before.sign != after.sign
    return [None if one is None else _exact(one, shift, opposite) for one in figures]


def _exact(figure: Decimal, shift: int, opposite: bool) -> Decimal:
    """Digits are kept as they are: only the exponent and the sign change; zero has no sign."""
    sign, digits, exponent = figure.as_tuple()
    return Decimal(((sign ^ opposite) if figure else 0, digits, int(exponent) + shift))
