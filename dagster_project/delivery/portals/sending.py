"""Sends a release to an open data portal: what to send, how to ask, what was done. The portals' own ways are elsewhere.

The portal is the only memory that counts: each thing sent carries there its path and sha256, so that a second send does
nothing and an interrupted one goes on. A dry run only reads, without key. The API key is a header and nothing else.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Protocol

import duckdb

from dagster_project.core.digests import sha256
from dagster_project.core.files import whole_file
from dagster_project.delivery.portals.client import PortalError, RefusedError, Session
from dagster_project.release.candidate import TO_CONFIRM
from dagster_project.release.catalogue import CATALOGUE, Catalogue, Resource, has_catalogue, read_catalogue
from dagster_project.release.conventions import ABOUT, SET_VERSION
from dagster_project.release.switch import is_demonstration

Action = Literal["create", "replace", "unchanged", "metadata"]
DONE = {"create": "created", "replace": "replaced", "unchanged": "unchanged", "metadata": "described anew"}
MARK = f"flux-carbone-v{SET_VERSION}"  # what is ours on a portal says so in its extras; another set stands beside the one before
TAGS = ["carbone", "climat", "epci", "ges", "occupation-des-sols", "puits-de-carbone", "sequestration"]


@dataclass(frozen=True)
class Step:
    """What was done to one resource, or would be."""

    resource: str
    action: Action
    bytes: int
    address: str


@dataclass(frozen=True)
class Task:
    """A step and how to do it, None if there is nothing to do; `run` returns the final address."""

    step: Step
    run: Callable[[], str] | None


@dataclass(frozen=True)
class Item:
    """A file of the release, as its catalogue describes it."""

    path: str
    file: Path
    sha256: str
    body: Resource

    @property
    def mediatype(self) -> str:
        """Its media type, a plain one if the catalogue has none."""
        return self.body.get("mediatype", "application/octet-stream")


@dataclass(frozen=True)
class Release:
    """A release whose every file is what its catalogue says; `withheld` are those that no licence lets go."""

    folder: Path
    catalogue: Catalogue
    items: tuple[Item, ...]
    withheld: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Title of the set; its version tells it from the one before, which lives on."""
        return f"{self.catalogue['title']} (jeu {SET_VERSION})"

    @property
    def period(self) -> tuple[str, str]:
        """First and last day of the fluxes."""
        first, last = self.catalogue["annees_flux"].split("-")
        return f"{first}-01-01", f"{last}-12-31"

    def about(self) -> str:
        """The whole release in Markdown: conventions, sources, rights."""
        text = dict(self.catalogue)
        facts = [f"- {key} : {text[key]}" for key in (*ABOUT, "periode", "periode_stocks")]
        sources = [
            f"- {source['title']}, {source['attribution']} ; {source['licence']}"
            for source in self.catalogue["sources"]
        ]
        head = f"{self.catalogue['title']} [{self.catalogue['statut_donnees']}], version {self.catalogue['id']}."
        return "\n".join([head, "", *facts, "", "Sources :", "", *dict.fromkeys(sources)])

    def describe(self, item: Item) -> str:
        """Description of a file; for a table, with the statement of its Parquet: sign, units, sources, rights."""
        twin = (self.folder / item.path).with_suffix(".parquet")
        if item.body.get("schema") and twin.is_file():
            query = "select decode(value) from parquet_kv_metadata(?) where decode(key) = 'description'"
            with duckdb.connect() as connection:
                if text := connection.execute(query, [str(twin)]).fetchone():
                    return str(text[0])
        if "extras" in item.body:  # an indicator says its own sign and unit
            return item.body["description"]
        facts = [
            f"convention_de_signe : {self.catalogue['convention_de_signe']}",
            f"unites : {self.catalogue['unites']}",
        ]
        return f"{item.body.get('description', item.path)} {'. '.join(facts)}."


class Portal(Protocol):
    """What `send` needs of a portal."""

    session: Session

    def tasks(self, release: Release, ids: dict[str, str], say: Callable[[str], None]) -> Iterable[Task]:
        """What to do, each decided when asked for by looking at the portal; `ids` are kept from one run to the next."""


def send(
    portal: Portal, release: Path, state: Path, *, dry_run: bool = True, say: Callable[[str], None] = print
) -> list[Step]:
    """Bring a portal to what a release holds, or say what that would take.

    Args:
        portal: a `DataFair` or a `DataGouv`.
        release: folder of the release, with its datapackage.json.
        state: JSON file of this portal's identifiers; it may be lost, and is not written by a dry run.
        dry_run: only read, without key, and say.
        say: receives one line for each step.

    Raises:
        PortalError: naming the portal, the resource, what was wrong and what to do.
    """
    session, result = portal.session, read_release(release)
    for path in result.withheld:
        say(f"{path}: not sent, a source has no clear licence (say it in dagster_project/sources/inventories/*.yml)")
    session.reading_only = dry_run
    if not dry_run:
        if is_demonstration(result.catalogue["statut_donnees"]):
            problem = "demonstration data is never sent"
            raise PortalError(
                session.portal, result.folder.name, problem, "Make a release with FLUX_SOURCE=mirror|live"
            )
        session.require_key()
    else:
        say(f"{session.portal}: dry run, as an anonymous reader: what is private cannot be compared")
    for licence in result.catalogue["licenses"]:
        if not licence["title"].startswith("Licence Ouverte"):
            say(f"{session.portal}: will announce Licence Ouverte 2.0; does a source allow it? {licence['title']}")
    try:
        return _send(portal, result, state, dry_run=dry_run, say=say)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        problem = f"an answer of another shape than its documentation says ({type(error).__name__}: {str(error)[:100]})"
        raise PortalError(session.portal, "answer", problem, "Is it that kind of portal? If it is, tell us") from error


def _send(portal: Portal, result: Release, state: Path, *, dry_run: bool, say: Callable[[str], None]) -> list[Step]:
    session, kept = portal.session, _kept(state, portal.session.address)
    steps, refusals = [], []
    for task in portal.tasks(result, kept["ids"], say):
        step = replace(task.step, address=session.scrub(task.step.address))
        if not dry_run:
            try:
                step = replace(step, address=session.scrub(task.run())) if task.run else step
            except RefusedError as error:
                refusals.append(error)
                say(str(error))
                continue
            kept["steps"][step.resource] = {"action": step.action, "address": step.address}
            _keep(state, kept)
        steps.append(step)
        verb = ("would be " if dry_run and step.action != "unchanged" else "") + DONE[step.action]
        say(f"{session.portal}: {step.resource} {verb}, {step.bytes} bytes, {step.address}")
    if refusals:
        names = ", ".join(error.resource for error in refusals)
        raise PortalError(session.portal, names, f"refused ({refusals[0]})", "Everything else was sent")
    return steps


def read_release(folder: Path) -> Release:
    """The files of a release, each checked against its catalogue.

    Raises:
        PortalError: for a folder that is no release, or a file that is not what the catalogue says.
    """
    folder = folder.resolve()
    if not has_catalogue(folder):
        raise PortalError("nothing sent", folder.name, f"no {CATALOGUE}", "Name the folder of a release")
    catalogue = read_catalogue(folder)
    items = []
    for body in catalogue["resources"]:
        file, expected = (folder / body["path"]).resolve(), body["hash"].removeprefix("sha256:")
        if not (file.is_relative_to(folder) and file.is_file() and sha256(file) == expected):
            problem = "the file is not what datapackage.json says (missing, or another sha256)"
            raise PortalError("nothing sent", body["path"], problem, "The release is damaged: make it again")
        items.append(Item(body["path"], file, expected, body))
    kept = tuple(item for item in items if not _unclear(item))
    return Release(folder, catalogue, kept, tuple(item.path for item in items if _unclear(item)))


def _unclear(item: Item) -> bool:
    """Whether a producer of what a file holds has not said that it may be published again."""
    return any(entry.get("name") == TO_CONFIRM for entry in item.body.get("licenses", ()))


def digest(what: Path | dict[str, Any], name: str = "sha256") -> str:
    """Digest of a file, or of metadata whatever the order of its keys."""
    if isinstance(what, dict):
        return hashlib.new(name, json.dumps(what, sort_keys=True).encode(), usedforsecurity=False).hexdigest()
    with what.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new(name, usedforsecurity=False)).hexdigest()


def _kept(state: Path, address: str) -> dict[str, Any]:
    """The notes of an earlier run on the same portal; unusable ones are as good as none."""
    try:
        body = json.loads(state.read_text("utf-8"))
        if body["portal"] == address and isinstance(body["ids"], dict) and isinstance(body["steps"], dict):
            return dict(body)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return {"portal": address, "ids": {}, "steps": {}}


def _keep(state: Path, body: dict[str, Any]) -> None:
    with whole_file(state) as part:
        part.write_text(json.dumps(body, indent=2) + "\n", "utf-8")
