"""The choices of one refresh (target COG, edition of ALDO, inventories, own territories): made once, and handed on."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from dagster_project.core.errors import SourceError
from dagster_project.ingest import target_file, territories
from dagster_project.settings import Settings, SettingsError
from dagster_project.sources.editions import Period
from dagster_project.sources.inventories import Inventory, load_inventories
from dagster_project.sources.registry import Source, load_registry, target_vintages
from dagster_project.sources.store import Store

STOCKS = "aldo_stocks"


@dataclass(frozen=True)
class AldoEdition:
    """The edition of ALDO that a refresh reads: its key, what ADEME calls it, the periods of its fluxes and stocks."""

    key: str
    release: str
    fluxes: Period
    stocks: Period


@dataclass(frozen=True)
class Version:
    """A version of an inventory."""

    inventory: Inventory
    name: str


@dataclass(frozen=True)
class Run:
    """What one refresh reads and makes.

    Attributes:
        settings: choices of the process, with those of this run.
        store: snapshots, and what was seen of their sources.
        cog: target vintage.
        aldo: edition of ALDO.
        before: release that this one is compared with; None for the first.
    """

    settings: Settings
    store: Store
    cog: int
    aldo: AldoEdition
    before: Path | None = None

    @cached_property
    def inventories(self) -> list[Version]:
        """Versions of inventories that are read.

        Raises:
            SourceError: an inventory or a version that is not known, or not served in this mode.
        """
        return inventory_versions(self.settings, self.store)

    @cached_property
    def territories(self) -> territories.Territories:
        """The user's own territories.

        Raises:
            SourceError: a row that is not usable.
        """
        return territories.read(self.settings.territories, target_vintages()[-1])

    @cached_property
    def targets(self) -> pa.Table:
        """The targets that territories have set themselves.

        Raises:
            SourceError: an entry that is not usable.
        """
        return target_file.read(self.settings.targets)

    @property
    def stated(self) -> dict[str, object]:
        """What a release says of these choices."""
        return {
            "statut_donnees": self.settings.statut,
            "mode": self.settings.mode,
            "cog_cible": self.cog,
            "edition_aldo": self.aldo.key,
            "periode": f"année moyenne {self.aldo.fluxes.label} ; ce n'est pas une série temporelle",
            "periode_stocks": f"état de {self.aldo.stocks.label}",
            "annees_flux": self.aldo.fluxes.label,
            "annees_stocks": self.aldo.stocks.label,
            "changement_annonce": self.settings.announced_change,
        }

    def editions(self, source: Source) -> tuple[str, ...]:
        """Editions of a source that are read.

        Raises:
            SourceError: an edition that is needed and unknown.
        """
        own = self.territories.epci_vintages if "territories" in source.take else ()
        vintages = epci_vintages(self.inventories) if "inventories" in source.take else ()
        wanted = editions_of(source, self.settings, self.cog, own, vintages)
        return tuple(item for item in wanted if self.store.has(source, item)) if source.may_be_absent else wanted


def choose(settings: Settings, store: Store | None = None, before: Path | None = None) -> Run:
    """The choices of a refresh.

    Raises:
        SettingsError: a vintage that the sources do not serve.
        SourceError: editions of ALDO that do not go together.
    """
    return Run(settings, store or Store(settings), target_cog(settings), aldo_edition(settings), before)


def target_cog(settings: Settings) -> int:
    """The target vintage.

    Raises:
        SettingsError: FLUX_COG is a vintage that the sources do not serve.
    """
    known = target_vintages()
    if settings.cog is not None and settings.cog not in known:
        raise SettingsError(f"FLUX_COG={settings.cog} is not served; known vintages: {known[0]} to {known[-1]}")
    return settings.cog or known[-1]


def aldo_edition(settings: Settings) -> AldoEdition:
    """The edition of ALDO.

    Raises:
        SourceError: ALDO's sources would be read in different editions, or their fluxes are of different periods.
    """
    registry, cog = load_registry(), target_cog(settings)
    sources = [source for source in registry.values() if "release" in source.take]
    chosen = {source.id: editions_of(source, settings, cog)[0] for source in sources}
    if len(set(chosen.values())) > 1:
        listed = ", ".join(f"{name} {edition}" for name, edition in sorted(chosen.items()))
        raise SourceError("ALDO", f"editions would be mixed: {listed}", "Choose one that all serve with FLUX_ALDO")
    edition = next(iter(chosen.values()))
    periods = {source.id: source.period(edition) for source in sources}
    stocks = periods.pop(STOCKS)
    if len(set(periods.values())) > 1:
        listed = ", ".join(f"{name} {period.label}" for name, period in sorted(periods.items()))
        remedy = "Correct `period` in dagster_project/sources"
        raise SourceError("ALDO", f"fluxes of different periods: {listed}", remedy)
    fluxes = registry["aldo_flux_total"]
    return AldoEdition(edition, fluxes.stated(edition, "release"), periods[fluxes.id], stocks)


def editions_of(
    source: Source, settings: Settings, cog: int, own: tuple[str, ...] = (), inventories: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Editions of a source that a target vintage needs, without repetition.

    Args:
        source: its contract, which says what is needed (`take`).
        settings: mode, and the edition of ALDO.
        cog: the target vintage.
        own: vintages in which the user's own territories name EPCI.
        inventories: vintages of the EPCI that inventories are about.

    Raises:
        SourceError: an edition that is needed and unknown, or chosen and not served.
    """
    served = [name for name, edition in source.editions.items() if edition.location(settings.mode)]
    if not served and not source.may_be_absent:
        raise SourceError(source.id, f"no edition is served in mode {settings.mode}", "Choose another FLUX_SOURCE")
    chosen = {
        "target": [str(cog)],
        "target_if_served": [str(cog)] if str(cog) in served else [],
        "newest": [max(served)] if served else [],
        "oldest": [min(served)] if served else [],
        "every": served,
        "territories": own,
        "inventories": inventories,
        "release": [settings.aldo or max(served)],
    }
    wanted = tuple(dict.fromkeys(edition for what in source.take for edition in chosen[what]))
    for edition in wanted:
        known = served if edition == settings.aldo else list(source.editions)
        if edition not in known:
            problem = f"{source.id} has no edition {edition}; known: {', '.join(sorted(known))}"
            remedy = "Choose another FLUX_COG or FLUX_ALDO, or another vintage in FLUX_TERRITORIES"
            raise SourceError(source.id, problem, remedy)
    return wanted


def inventory_versions(settings: Settings, store: Store) -> list[Version]:
    """The versions of FLUX_INVENTORIES, else the newest of each that is at hand.

    Raises:
        SourceError: an inventory or a version that is not known, or not served in this mode.
    """
    known = load_inventories()
    if settings.inventories is None:
        if settings.mode == "live":
            return []
        at_hand = {
            name: [version for version in inventory.versions(settings.mode) if store.has(inventory, version)]
            for name, inventory in known.items()
        }
        return [Version(known[name], versions[-1]) for name, versions in at_hand.items() if versions]
    chosen = []
    for name, version in settings.inventories.items():
        if name not in known:
            raise SourceError("FLUX_INVENTORIES", f"no inventory {name!r}", f"Choose among: {', '.join(known)}")
        served = known[name].versions(settings.mode)
        if not served or (version or served[-1]) not in served:
            wanted = f"version {version}" if version else "no version"
            remedy = f"Choose among: {', '.join(served) or 'none'}, or adapt its YAML"
            raise SourceError(name, f"{wanted} is served in mode {settings.mode}", remedy)
        chosen.append(Version(known[name], version or served[-1]))
    return chosen


def epci_vintages(versions: Sequence[Version]) -> tuple[str, ...]:
    """Vintages of the EPCI that inventories are about."""
    return tuple(
        sorted({str(version.inventory.reading.cog) for version in versions if version.inventory.reading.mesh == "epci"})
    )
