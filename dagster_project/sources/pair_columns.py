"""Columns of ALDO's pairs of land uses, written as one entry of a contract and generated from the list of uses.

    - pairs: ['{initial}_vers_{final}_surface_ha_an-1', '{initial}_vers_{final}_tCO2e_an-1']
      forests: ['...']    # also of pairs with a forest on either side
      only: {cultures: [vergers, vignes]}    # of these pairs alone

dbt_project.yml owns the list (`vars.occupations`), in ALDO's order and spelling. A pair of two forests is no change of use.
"""

from collections.abc import Iterator
from functools import cache

from pydantic import BaseModel, ConfigDict

from dagster_project.core.variables import variables

FOREST = "forets"


class PairColumns(BaseModel):
    """Templates of labels, and the pairs that have them."""

    model_config = ConfigDict(extra="forbid")

    pairs: tuple[str, ...]
    forests: tuple[str, ...] = ()
    only: dict[str, tuple[str, ...]] | None = None


def written_out(entries: object) -> object:
    """Labels of a contract, those of pairs written out.

    Raises:
        ValueError: a pair in `only` of uses that ALDO does not have, or between which nothing changes.
    """
    if not isinstance(entries, (list, tuple)):
        return entries  # pydantic says what is wrong
    return [label for entry in entries for label in (_labels(entry) if isinstance(entry, dict) else [entry])]


def _labels(entry: object) -> Iterator[str]:
    generated, known = PairColumns.model_validate(entry), _pairs()
    chosen = {(initial, final) for initial, finals in (generated.only or {}).items() for final in finals}
    if unknown := sorted(chosen - set(known)):
        raise ValueError(
            f"no change from {unknown[0][0]!r} to {unknown[0][1]!r}: see vars.occupations of dbt_project.yml"
        )
    for (initial, final), forest in known.items():
        if generated.only is None or (initial, final) in chosen:
            for template in (*generated.pairs, *(generated.forests if forest else ())):
                yield template.format(initial=initial, final=final)


@cache
def _pairs() -> dict[tuple[str, str], bool]:
    """Pairs between which a use may change, in ALDO's order, and whether a forest is one of them."""
    uses = {item["aldo"]: item["n1"] == FOREST for item in variables()["occupations"]}
    return {
        (initial, final): from_forest or to_forest
        for initial, from_forest in uses.items()
        for final, to_forest in uses.items()
        if initial != final and not (from_forest and to_forest)
    }
