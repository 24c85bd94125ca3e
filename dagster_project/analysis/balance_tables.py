"""A territory's own balance as tables, flagged local: never in a release, never read by dbt. Same file, same tables.

Columns and keys are those of the published tables, `arrondi_` columns included, so that one page shows both.
"""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from math import exp
from typing import Any

from dagster_project.analysis.balance_file import Filled
from dagster_project.products.balance import published
from dagster_project.products.balance.engine import (
    DEFAULT,
    KEYS,
    LOCAL,
    Kept,
    footprint,
    posts_of_sectors,
    sectors_kept,
    total,
)
from dagster_project.products.balance.form import ZONE
from dagster_project.products.balance.method import YEARS_OF_A_PRACTICE, method
from dagster_project.products.balance.potential import by_practice, ground, soil_option
from dagster_project.products.balance.published import (
    DIRECT,
    FOOTPRINT,
    GREENHOUSE,
    INDIRECT,
    INVENTORY,
    POLLUTANTS,
    WHOLE,
    Balance,
)
from dagster_project.products.figures import PREFIX, decimals

TYPED, PUBLISHED, MIXED = "saisie du territoire", "version publiée", "saisie du territoire et version publiée"
LINES, POSTS, AIR, PRACTICES, ENTRIES = (
    "empreinte_consommation_local",
    "bilan_territorial_local",
    "bilan_territorial_polluants_local",
    "pratiques_local",
    "saisies_local",
)
KEYS_OF_TABLES = {
    LINES: ("maille", "code_territoire", "poste", "sous_poste", "perimetre", "annee"),
    PRACTICES: ("maille", "code_territoire", "pratique", "reservoir"),
    AIR: ("maille", "code_territoire", "poste", "polluant", "inventaire", "annee"),
    POSTS: ("maille", "code_territoire", "poste", "perimetre", "inventaire", "annee", "edition"),
}
PERIMETERS = (FOOTPRINT, DIRECT, INDIRECT)
RESERVOIRS = ("sol", "biomasse")
TYPED_RANK = 1
BINARY_DUST = Decimal("1e-12")  # as the marts do before they round
Row = dict[str, Any]
Tables = Mapping[str, list[Row]]


def tables(filled: Filled) -> Tables:
    """Rows of each local table."""
    balance = published.load(filled.release)[filled.territory.maille, filled.territory.code]
    kept = footprint(method(), balance.lines, balance.reference, filled.inputs)
    return {
        LINES: [_line(filled, balance, *pair) for pair in zip(kept, balance.rows, strict=True)],
        POSTS: [*_footprint(filled, balance, kept), *_inventory(filled, balance)],
        AIR: list(_pollutants(filled, balance)),
        PRACTICES: list(_practices(filled)),
        ENTRIES: list(_typed(filled)),
    }


def _place(filled: Filled) -> Row:
    about, facts = filled.territory, filled.release.catalogue
    return {
        "maille": about.maille,
        "code_territoire": about.code,
        "nom_territoire": about.name,
        "cog": facts["cog_cible"],
    }


def _presented(row: Row) -> Row:
    """A row with its presentation columns, rounded once as the marts are: half away from zero."""
    shown = {}
    for name, value in row.items():
        if "_tco2e" in name or name.endswith(("_kg", "_pct")):
            step = Decimal(1).scaleb(-decimals(name))
            exact = None if value is None else Decimal(value).quantize(BINARY_DUST, ROUND_HALF_UP)
            shown[PREFIX + name] = None if exact is None else float(exact.quantize(step, ROUND_HALF_UP))
    return row | shown


def _line(filled: Filled, balance: Balance, item: Kept, row: Mapping[str, Any]) -> Row:
    line, typed = item.line, item.origin == LOCAL
    return _presented(
        {
            **_place(filled),
            "poste": line.post,
            "sous_poste": line.name,
            "perimetre": line.perimeter,
            "annee": balance.year,
            "edition": balance.edition,
            "cle": line.key,
            "rang": TYPED_RANK if typed else line.rank,
            "emissions_tco2e": item.kept,
            "emissions_par_defaut_tco2e": line.default,
            "origine": item.origin,
            "gsd2": None if item.kept is None else exp(item.ln_error),
            "statut_affectation": row["statut_affectation"],
            "statut_cle": row["statut_cle"],
            "origine_des_donnees": TYPED if typed else PUBLISHED if item.origin == DEFAULT else MIXED,
        }
    )


def _footprint(filled: Filled, balance: Balance, kept: list[Kept]) -> Iterable[Row]:
    """Posts of the footprint and all of them, whole and by perimeter, each with its two errors."""
    for perimeter in PERIMETERS:
        there = [item for item in kept if perimeter in (item.line.perimeter, FOOTPRINT)]
        for post in [*dict.fromkeys(item.line.post for item in kept), WHOLE]:
            mine = [item for item in there if post in (item.line.post, WHOLE)]
            summed, origins = total(mine), {item.origin for item in mine}
            low, high = summed.bounds
            typed = sum(item.kept or 0.0 for item in mine if item.origin == LOCAL)
            figures = {
                "emissions_tco2e": summed.value,
                "part_connue_tco2e": summed.known if any(item.kept is not None for item in mine) or not mine else None,
                "gsd2_independant": summed.independent,
                "gsd2_correle": summed.correlated,
                "borne_basse_tco2e": low,
                "borne_haute_tco2e": high,
                "part_saisie_pct": 100 * typed / summed.value if summed.value else None,
            }
            names = {"poste": post, "perimetre": perimeter, "inventaire": None, "annee": balance.year}
            yield _post(filled, balance, names | {"edition": balance.edition}, figures, local=origins != {DEFAULT})


def _inventory(filled: Filled, balance: Balance) -> Iterable[Row]:
    """Posts of what the territory emits, and all of them; another perimeter, in rows of its own."""
    known = balance.known_sectors(GREENHOUSE)
    kept = sectors_kept(known, GREENHOUSE, filled.inputs)
    inventory, version, year = balance.inventory.get(GREENHOUSE, (None, None, None))
    parts = [value for value in kept.values() if value is not None]
    posts: dict[str, tuple[float | None, float | None]] = {
        **posts_of_sectors(method(), GREENHOUSE, kept),
        WHOLE: (sum(parts) if len(parts) == len(kept) else None, sum(parts) if parts else None),
    }
    works = filled.inputs.value("T.ges_travaux")  # in no total: an inventory has its works among the industry
    posts["travaux"] = (works, works)
    for post, (value, part) in posts.items():
        names = {"poste": post, "perimetre": INVENTORY, "inventaire": inventory, "annee": year, "edition": version}
        errors = dict.fromkeys(("gsd2_independant", "gsd2_correle", "borne_basse_tco2e", "borne_haute_tco2e"))
        figures = {"emissions_tco2e": value, "part_connue_tco2e": part, **errors, "part_saisie_pct": None}
        yield _post(filled, balance, names, figures, local=kept != known or works is not None)


def _post(filled: Filled, balance: Balance, names: Row, figures: Row, local: bool) -> Row:
    """A row of a post, with its figures a head of the people that were typed, or published."""
    people = filled.inputs.value(KEYS[0]) or balance.reference.people
    value = figures["emissions_tco2e"]
    a_head = {
        f"{name}_par_habitant": None if figures[name] is None else figures[name] / people
        for name in ("emissions_tco2e", "borne_basse_tco2e", "borne_haute_tco2e")
    }
    status = {
        "statut": "non_estime" if value is None else "estime",
        "origine_des_donnees": MIXED if local else PUBLISHED,
    }
    return _presented({**_place(filled), **names, **figures, **a_head, **status})


def _pollutants(filled: Filled, balance: Balance) -> Iterable[Row]:
    """Posts of the six pollutants."""
    for pollutant in POLLUTANTS:
        known = balance.known_sectors(pollutant)
        kept = sectors_kept(known, pollutant, filled.inputs)
        inventory, version, year = balance.inventory.get(pollutant, (None, None, None))
        posts = posts_of_sectors(method(), "polluants", kept)
        for post, (value, part) in posts.items():
            names = {"poste": post, "polluant": pollutant, "inventaire": inventory, "annee": year, "edition": version}
            figures = {
                "emissions_kg": value,
                "part_connue_kg": part,
                "statut": "non_estime" if value is None else "estime",
                "origine_des_donnees": PUBLISHED if kept == known else MIXED,
            }
            yield _presented({**_place(filled), **names, **figures})


def _practices(filled: Filled) -> Iterable[Row]:
    """What practices could store, apart from everything: a row a practice and reservoir, and the IPCC's option."""
    seeds, inputs = method(), filled.inputs
    stored = {
        (code, part): value
        for code, pair in by_practice(seeds, inputs).items()
        for part, value in zip(RESERVOIRS, pair, strict=True)
    }
    option = soil_option(seeds, inputs, ground(filled.territory).cropland_stock).potential
    if option is not None:
        stored["option_giec", RESERVOIRS[0]] = option
    for (code, part), value in stored.items():
        name = seeds.practices[code][0] if code in seeds.practices else "Sols cultivés (option du GIEC)"
        figures = {"potentiel_tco2e": value, "duree_ans": YEARS_OF_A_PRACTICE, "origine_des_donnees": TYPED}
        yield _presented({**_place(filled), "pratique": code, "libelle": name, "reservoir": part, **figures})


def _typed(filled: Filled) -> Iterable[Row]:
    """What was typed, with its name, unit, note and source."""
    inputs, seeds = filled.inputs, method()
    listed: list[tuple[str, str, str, float | None, str | None, int | None]] = [
        *(_named(filled, name, entry.value, None, entry.note) for name, entry in inputs.entries.items()),
        *(_named(filled, name, None, word, None) for name, word in inputs.choices.items() if name != ZONE),
    ]
    if ZONE in inputs.choices:
        listed.append((ZONE, "Zone de climat des pratiques", "au choix", None, inputs.choices[ZONE], None))
    for factor in seeds.factors:
        if (value := inputs.factors.get((factor.activity, factor.line))) is not None:
            activity, line = seeds.inputs[factor.activity], seeds.lines[factor.post, factor.line]
            unit = f"kg CO2e par {activity.unit}"
            listed.append((factor.identifier, f"Facteur : {activity.label} ({line})", unit, value, None, None))
    columns = ("saisie", "libelle", "unite", "valeur", "choix", "note")
    for row in sorted(listed, key=lambda item: item[0]):
        source = inputs.sources.get(row[0])
        yield {**_place(filled), **dict(zip(columns, row, strict=True)), "source": source, "origine_des_donnees": TYPED}


def _named(
    filled: Filled, name: str, value: float | None, word: str | None, note: int | None
) -> tuple[str, str, str, float | None, str | None, int | None]:
    field = filled.fields[name]
    return name, field.label, field.unit, value, word, note
