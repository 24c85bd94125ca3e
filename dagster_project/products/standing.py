"""A territory beside others: a hectare of its land, of its peers, of the departement, the region and France that it is in."""

from dataclasses import dataclass

from dagster_project.products.context import PEERS, Context
from dagster_project.products.facts import Release, Row, Territory
from dagster_project.products.figures import PREFIX
from dagster_project.products.sentences import HARVEST

TABLE, COLUMN = "bilan_global", "flux_tco2e_par_ha"
MEAN = "moyenne_tco2e_par_ha"  # of peers


@dataclass(frozen=True)
class Standing:
    """One of those that are compared: its name, and the figure by the row, table and column that it stands in.

    `territory` is the one whose row it is, None for the mean of peers, which stands in the rows of the territory itself.
    """

    name: str
    table: str
    column: str
    row: Row
    territory: Territory | None

    @property
    def figure(self) -> float | None:
        """As it is shown."""
        figure: float | None = self.row[PREFIX + self.column]
        return figure


def standings(release: Release, territory: Territory, context: Context) -> list[Standing]:
    """The territory first, then its peers, then what it lies in, from near to far; those without a figure are left out."""
    places = [territory, *release.around(territory)]
    named = [
        Standing(place.name, TABLE, COLUMN, row, place)
        for place in places
        if (row := place.row(TABLE, HARVEST)) is not None
    ]
    peers = [row for row in context.peers if row["groupe"] == "pairs" and row["indicateur"] == "flux_net"]
    between = [Standing("Ses pairs, en moyenne", PEERS, MEAN, row, None) for row in peers]
    if not named or named[0].territory is not territory:
        return []
    return [item for item in (named[0], *between, *named[1:]) if item.figure is not None]
