"""Why a territory has the figure it has: communes of 2018, what happened to them, their weights and their contribution."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from dagster_project.core.errors import FluxError
from dagster_project.core.sql import scalar, templates

SQL = templates(Path(__file__).with_name("explain.sql.j2"))
UNCHANGED = "inchangee"


class UnknownTerritoryError(FluxError):
    """A code or vintage that the warehouse does not know; the message names it."""


@dataclass(frozen=True)
class Contribution:
    """One row of ALDO in one commune of the target: what it gives, in t CO2e a year (negative = sink)."""

    code_aldo: str
    codes_2018: str | None
    commune: str
    epci: str | None
    regle: str
    chemin: str | None
    poids_surface: float | None
    poids_population: float | None
    mesure_surface: str | None
    mesure_population: str | None
    consommation: float
    recolte: float


@dataclass(frozen=True)
class Explanation:
    """A territory, the rows that make it, and the published totals they must add up to (none for one that is gone)."""

    title: str
    summary: str
    totals: dict[str, float]
    rows: list[Contribution]


def explain(connection: duckdb.DuckDBPyConnection, code: str, maille: str | None = None) -> Explanation:
    """Everything that makes the figure of a territory, or what became of an EPCI that ALDO's list knew.

    Raises:
        UnknownTerritoryError: no such territory, or several of that code and no mesh.
    """
    result = connection.execute(SQL["territory"].render(), [code, maille]).fetchall()
    if not result and maille in (None, "epci"):
        return _gone(connection, code)
    if len(result) != 1:
        known = ", ".join(item[0] for item in result)
        remedy = (
            f"it stands at several meshes, add --mesh with one of {known}"
            if result
            else "not in marts.territoires: give a SIREN or the code of a territory; for a commune, `passage --code`"
        )
        raise UnknownTerritoryError(f"territory {code!r}{f' at mesh {maille}' if maille else ''}: {remedy}")
    maille, nom, cog, statut, n_communes, partial, coverage = result[0]
    totals = connection.execute(
        "select approche_bois, flux_kt_co2e * 1000 from marts.bilan_global where maille = ? and code_territoire = ?",
        [maille, code],
    ).fetchall()
    rows = _rows(connection, SQL["whole"].render(), [maille, code])
    cut = f", {partial} of them in part" if partial else ""
    sources = f"from {len({row.code_aldo for row in rows})} rows of ALDO (coverage: {coverage})"
    summary = f"{n_communes} communes{cut}, {sources}. {statut.capitalize()}."
    return Explanation(f"{nom} ({maille} {code}) on COG {cog}", summary, dict(totals), rows)


def _gone(connection: duckdb.DuckDBPyConnection, code: str) -> Explanation:
    """An EPCI of ALDO's list that the target COG no longer has."""
    rows = _rows(connection, SQL["gone"].render(), [code])
    if not rows:
        raise UnknownTerritoryError(
            f"territory {code!r}: neither in marts.territoires nor an EPCI of ALDO's list:"
            " give a SIREN or the code of a territory; for a commune, see `flux-carbone passage --code`"
        )
    heirs = sorted({row.epci for row in rows if row.epci})
    cog = scalar(connection, "select cog from staging.stg_execution")
    return Explanation(
        f"EPCI {code}, known to ALDO's list (December 2018), gone from COG {cog}",
        f"{len({row.code_aldo for row in rows})} rows of ALDO, now in {len(heirs)} EPCI: {'; '.join(heirs)}.",
        {},
        rows,
    )


def _rows(connection: duckdb.DuckDBPyConnection, where: str, values: list[str]) -> list[Contribution]:
    """Contributions with the lineage of each; a territory of the user's own takes a row of ALDO at once, in no single commune."""
    result = connection.execute(SQL["contributions"].render(where=where), values).fetchall()
    return [Contribution(*row) for row in result]


def show(explanation: Explanation, console: Console, everything: bool = False) -> None:
    """Print an explanation; communes that nothing has changed are one line, unless `everything` or the territory is gone."""

    def say(text: str, style: str | None = None) -> None:
        console.print(text, style=style, markup=False, soft_wrap=True)

    say(explanation.title, "bold")
    say(explanation.summary)
    say("Fluxes in t CO2e a year, negative = sink, wood by consumption / by harvest.\n")
    shown = [row for row in explanation.rows if everything or not explanation.totals or row.regle != UNCHANGED]
    for row in shown:
        place = f" ({row.epci})" if row.epci else ""
        say(f"{row.commune}{place}: {_pair([row])}", "bold" if row.regle != UNCHANGED else None)
        if row.regle != UNCHANGED:
            say(f"    from ALDO {row.code_aldo}{_of_2018(row)}: {_in_words(row)}")
        if row.chemin:
            say(f"    events: {row.chemin}")
    if rest := [row for row in explanation.rows if row not in shown]:
        say(f"{len(rest)} communes unchanged since 2018: {_pair(rest)} (--all lists them)")
    if not explanation.rows:
        say("Not covered by ALDO: absent, which is not zero.")
    else:
        say(f"Sum of these rows: {_pair(explanation.rows)}")
    if explanation.totals:
        say(f"Published total:   {explanation.totals['consommation']:,.1f} / {explanation.totals['recolte']:,.1f}")
    say("Communal figures are for the house: nothing below EPCI is published.")


def _pair(rows: list[Contribution]) -> str:
    return f"{sum(row.consommation for row in rows):,.1f} / {sum(row.recolte for row in rows):,.1f}"


def _of_2018(row: Contribution) -> str:
    return f" (in 2018: {row.codes_2018})" if row.codes_2018 and row.codes_2018 != row.code_aldo else ""


def _in_words(row: Contribution) -> str:
    words = {
        "fusion": "merged, wholly here",
        "changement de code": "the same commune under another code",
        "dedans": "wholly inside",
        "partage": "shared",
        "filiation exacte": "merged then restored: its own land is known, wholly here",
    }.get(row.regle, row.regle)
    if row.poids_surface is None or row.poids_surface == 1 == row.poids_population:
        return words
    land, people = (f" ({item})" if item else "" for item in (row.mesure_surface, row.mesure_population))
    return f"{words}, {row.poids_surface:.2%} of the land{land} and {row.poids_population:.2%} of the people{people}"


def passage(
    connection: duckdb.DuckDBPyConnection, source: str, target: str, codes: list[str]
) -> duckdb.DuckDBPyRelation:
    """Rows of the passage between two lists.

    Raises:
        UnknownTerritoryError: a vintage or a commune that is not known, named.
    """
    known = [
        row[0] for row in connection.execute("select distinct millesime from intermediate.int_composition").fetchall()
    ]
    for vintage in (source, target):
        if vintage not in known:
            raise UnknownTerritoryError(f"vintage {vintage!r} is not known: {', '.join(sorted(known))}")
    listed = {row[0] for row in connection.execute(SQL["listed"].render(), [source]).fetchall()}
    if unknown := [code for code in codes if code not in listed]:
        raise UnknownTerritoryError(f"commune {unknown[0]!r} is not in the list of {source}")
    connection.execute("set variable liste_source = $1", [source])
    connection.execute("set variable liste_cible = $1", [target])
    return connection.sql(SQL["passage"].render(), params={"codes": codes})


def show_passage(relation: duckdb.DuckDBPyRelation, console: Console) -> None:
    """Print the rows where something happened, and how many are unchanged."""
    wanted = (
        "code_source",
        "code_cible",
        "regle",
        "poids_surface",
        "mesure_surface",
        "poids_population",
        "mesure_population",
    )
    rows = relation.project(", ".join(wanted)).fetchall()
    table = Table("from", "to", "rule", "land", "measured in", "people", "measured in")
    changed = [row for row in rows if row[2] != UNCHANGED]
    for before, after, rule, land, land_vintage, people, people_vintage in changed:
        shares = ["unknown" if item is None else f"{item:.6f}" for item in (land, people)]
        table.add_row(before, after, rule, shares[0], land_vintage or "", shares[1], people_vintage or "")
    console.print(table)
    console.print(f"{len(changed)} rows where something happened, {len(rows) - len(changed)} unchanged", markup=False)
