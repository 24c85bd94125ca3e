"""The one line that travels with a table, whatever it is copied to: what is true of its own figures (domain contract, 7.6)."""

from collections.abc import Iterable, Mapping
from typing import Literal

from dagster_project.release.catalogue import Facts, Provenance
from dagster_project.release.conventions import ABOUT, CONVENTIONS, HEADINGS, TEXTS
from dagster_project.warehouse.marts import Table

INVENTORIES = ("emission", "polluant", "energie", "tendance")  # quantities that come from inventories alone
RATIO = "rapport"  # comes from ALDO and from inventories
FOOTPRINT = "empreinte"  # comes from neither
PLUMES = "panaches"  # comes from satellites and registers
FORM, SERIES, TARGETS = (
    "formulaire",
    "tendance",
    "objectifs",
)  # lines of the PCAET form: all of it, of inventories, of the user
OF_FORM = {FORM: "form", SERIES: "series", TARGETS: "targets"}
LAND = "artificialisation"  # what Cerema counts
AROUND = {
    "notes": "grades",
    "rapprochement": "reconciliation",
    "scellement": "sealing",
    LAND: "land",
}  # around ALDO
BALANCE = "bilan"  # comes from all, in rows that stay apart
SHARED = ("incertitude", "maille_minimale", "avertissement")  # what is true of inventories too


def statement(context: Facts, table: Table) -> str:
    """What holds for all rows of a table.

    Args:
        context: facts of the release: `statut_donnees`, `periode`, `periode_stocks`, `cog_cible`, `inventaires`, `sources`.
        table: the published table.
    """
    mine = sources_of(context, table.quantity)
    shared = {name: text for name, text in ABOUT.items() if name in SHARED}
    if table.quantity in OF_FORM:
        facts: dict[str, object] = {**shared, **TEXTS[OF_FORM[table.quantity]], "cog_cible": context["cog_cible"]}
        if table.quantity == FORM:
            facts["cog_source"] = ABOUT["cog_source"]
        origin = titles(item for item in mine if item["publisher"] == "ADEME" or item["quantities"])
        origin += [inventory_line(inventory) for inventory in context["inventaires"]]
    elif table.quantity in INVENTORIES:
        facts = {**TEXTS["inventories"], **shared, "cog_cible": context["cog_cible"]}
        origin = [inventory_line(inventory) for inventory in context["inventaires"]]
    elif table.quantity in (FOOTPRINT, BALANCE):
        facts = {**shared, **TEXTS["footprint"], "cog_cible": context["cog_cible"]}
        origin = titles(item for item in mine if item["quantities"])
        origin += [inventory_line(inventory) for inventory in context["inventaires"] if table.quantity == BALANCE]
    elif table.quantity == PLUMES:
        facts = {**TEXTS["plumes"], "cog_cible": context["cog_cible"]}
        origin = ["OCO-2, fichiers Lite (NASA, GES DISC)", *titles(item for item in mine if item["quantities"])]
    elif table.quantity in AROUND:
        about = shared if table.quantity == LAND else {**ABOUT, "periode": context["periode"]}
        facts = {**about, **TEXTS[AROUND[table.quantity]], "cog_cible": context["cog_cible"]}
        origin = titles(item for item in mine if item["publisher"] == "ADEME" or item["quantities"])
    else:
        facts = {**ABOUT, "periode": context["periode"], "cog_cible": context["cog_cible"]}
        origin = titles(item for item in mine if item["publisher"] == "ADEME")
        origin += [inventory_line(inventory) for inventory in context["inventaires"] if table.quantity == RATIO]
    if table.convention and table.quantity != FORM:
        facts["convention_de_signe"] = CONVENTIONS[table.convention].text
    if table.quantity == "stock":
        facts["periode"] = context["periode_stocks"]
        facts["convention_de_signe"] = "un stock n'a pas de signe"
        del facts["jeu_prg"]
    if table.quantity != FORM and "approche_bois" not in {column.name for column in table.columns}:
        facts.pop("approche_bois", None)  # one approach, or none: the description says which
    lines = [f"{HEADINGS[key]} : {value}" for key, value in facts.items()]
    sources = "; ".join(origin) or "aucun inventaire dans cette version"
    lines += [f"Source : {sources}", f"{HEADINGS['attribution']} : {' ; '.join(distinct(mine, 'attribution'))}"]
    lines.append(f"{HEADINGS['licence']} : {' ; '.join(distinct(mine, 'licence'))}")
    return f"[{context['statut_donnees']}] " + ". ".join(lines)


def sources_of(context: Facts, quantity: str | None) -> list[Provenance]:
    """Sources of a quantity: inventories, ALDO and its geography, the footprint and its own, or several (None: everything)."""
    sources = [
        source
        for source in context["sources"]
        if quantity is None or not source["quantities"] or quantity in source["quantities"]
    ]
    if quantity in (RATIO, BALANCE, None):
        return sources
    if quantity in (FORM, TARGETS):  # neither stocks nor, for targets, anything of ALDO
        unread = "aldo_stocks" if quantity == FORM else "aldo_"
        return [source for source in sources if not source["source"].startswith(unread)]
    inventories = {inventory["inventaire"] for inventory in context["inventaires"]}
    mine = [source for source in sources if (source["source"] in inventories) == (quantity in INVENTORIES)]
    return [
        source
        for source in mine
        if not (quantity in (FOOTPRINT, PLUMES, LAND) and source["source"].startswith("aldo_"))
    ]


def years_of(context: Facts, quantity: str | None) -> tuple[int, int] | None:
    """First and last year that a quantity is about; None where it is of no year, or of several kinds."""
    if quantity in INVENTORIES:
        years = [
            int(inventory[name])
            for inventory in context["inventaires"]
            for name in ("annee_min", "annee_max")
            if inventory.get(name)
        ]
        return (min(years), max(years)) if years else None
    period = {"flux": context["annees_flux"], "stock": context["annees_stocks"]}.get(quantity or "")
    if period is None:
        return None
    first, _, last = period.partition("-")
    return int(first), int(last or first)


def inventory_line(inventory: Mapping[str, str]) -> str:
    """An inventory in a line: version, perimeter, GWP set, vintage, corrected units."""
    facts = f"{inventory['titre']} ({inventory['version']} ; périmètre {inventory['perimetre']} ; PRG {inventory['jeu_prg']}"
    corrected = f" ; unités corrigées : {inventory['unites_corrigees']}" if inventory["unites_corrigees"] else ""
    return f"{facts} ; COG {inventory['cog']}{corrected})"


def titles(sources: Iterable[Provenance]) -> list[str]:
    """Sources by title and release."""
    return [f"{source['title']} ({source['release']})" for source in sources]


def distinct(sources: Iterable[Provenance], name: Literal["attribution", "licence"]) -> list[str]:
    """A fact of several sources, each value once, in order."""
    return list(dict.fromkeys(source[name] for source in sources))
