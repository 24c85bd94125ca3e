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

    def labels(self) -> Iterator[str]:
        """Labels of each pair, in ALDO's order.

        Raises:
            ValueError: a pair in `only` of uses that ALDO does not have, or between which nothing changes.
        """
        known = _pairs()
        chosen = {(initial, final) for initial, finals in (self.only or {}).items() for final in finals}
        if unknown := sorted(chosen - set(known)):
            raise ValueError(
                f"no change from {unknown[0][0]!r} to {unknown[0][1]!r}: see vars.occupations of dbt_project.yml"
            )
        for (initial, final), forest in known.items():
            if self.only is None or (initial, final) in chosen:
                for template in (*self.pairs, *(self.forests if forest else ())):
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
