"""A release on a Data Fair portal: each table a dataset with a stable id, the other files attached to one more dataset.

Read in Data Fair's sources (api/src/datasets): POST or PUT /datasets/{id} creates or updates; parts `file` and `body`;
Content-Length is mandatory; an update is a draft, seen with ?draft=true, that replaces data and extras together once
processed; a declared column wins over the type that is guessed. Not verified there: that PATCH takes back a schema
without its calculated columns, and the size limit of an attachment (a portal's own setting).
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from dagster_project.delivery.portals.client import AGAIN, HiddenError, PortalError, RefusedError, Session
from dagster_project.delivery.portals.sending import MARK, TAGS, Action, Item, Release, Step, Task, digest
from dagster_project.delivery.portals.uploads import Upload
from dagster_project.release.catalogue import Field

LICENCE = {
    "title": "Licence Ouverte / Open Licence 2.0",
    "href": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
}
TRANSIENT = frozenset({409, 429, 502, 503, 504})  # 409: the dataset is being processed


@dataclass
class DataFair:
    """A Data Fair portal.

    Args:
        address: its address, such as https://data.example.org/data-fair.
        key: an API key that manages datasets.
        backoff: seconds before a second try.
        pause: seconds between two looks at a dataset that is being processed.
        patience: seconds that one dataset may take.
    """

    address: str
    key: str | None = field(default=None, repr=False)
    backoff: float = 1.0
    pause: float = 2.0
    patience: float = 1800.0

    def __post_init__(self) -> None:
        about = "Data Fair", "FLUX_DATA_FAIR", self.address, "/api/v1", "x-apiKey"
        self.session = Session(*about, self.key, TRANSIENT, self.backoff)

    def tasks(self, release: Release, ids: dict[str, str], say: Callable[[str], None]) -> Iterator[Task]:
        """See `Portal`; Data Fair lets us choose identifiers, so `ids` is of no use."""
        tables = [item for item in release.items if item.body.get("schema") and item.file.suffix == ".csv"]
        files = [item for item in release.items if not item.body.get("schema") and "extras" not in item.body]
        if copies := len(release.items) - len(tables) - len(files):
            say(
                f"Data Fair: {copies} copies of tables (in other formats, of the hub) have no place there, and are not sent"
            )
        for item in tables:
            yield self._table(release, item)
        if files:
            yield from self._files(release, files, say)

    def _table(self, release: Release, item: Item) -> Task:
        table = PurePosixPath(item.path).stem
        ident = f"{MARK}-{table.replace('_', '-')}"
        step, columns = self._step(ident, "replace", item), [_column(field) for field in item.body["schema"]["fields"]]
        about = {
            "title": f"{release.title} - {table.replace('_', ' ')}",
            "description": release.describe(item),
            **_common(release),
        }
        mark = {"path": item.path, "sha256": item.sha256, "metadata": digest({**about, "schema": columns})}
        try:
            remote = self._look(ident) if self.session.reading_only else self._settled(ident, before=True)
        except HiddenError:
            return Task(step, None)

        def write(method: str, body: dict[str, Any] | None, upload: Upload | None = None) -> str:
            self.session.call(method, f"/datasets/{ident}", ident, body=body, upload=upload)
            self._settled(ident)
            return step.address

        body = {**about, "extras": {**_extras(remote), MARK: mark}}
        before = _extras(remote).get(MARK, {})
        if remote and remote.get("status") != "error" and before.get("sha256") == item.sha256:
            if before.get("metadata") == mark["metadata"]:
                return Task(replace(step, action="unchanged"), None)
            ours = {column["key"]: column for column in columns}
            known = [entry for entry in remote.get("schema", []) if not entry.get("x-calculated")]
            schema = [{**entry, **ours.get(entry["key"], {})} for entry in known]
            return Task(replace(step, action="metadata", bytes=0), lambda: write("PATCH", {**body, "schema": schema}))
        upload = Upload("file", f"{ident}.csv", item.file, item.mediatype, {**body, "schema": columns})
        if remote:
            return Task(step, lambda: write("PUT", None, upload))
        return Task(replace(step, action="create"), lambda: write("POST", None, upload))

    def _files(self, release: Release, files: list[Item], say: Callable[[str], None]) -> Iterator[Task]:
        """The dataset without rows, then each file attached to it: uploaded first, then named in its metadata."""
        about = {"title": release.title, "description": release.about(), **_common(release)}
        step = self._step(MARK, "metadata")
        try:
            remote = self._look(MARK)
        except HiddenError:
            yield from (Task(self._step(MARK, "replace", item), None) for item in files)
            return
        before = _extras(remote).get(MARK, {})
        mark: dict[str, Any] = {"metadata": digest(about), "files": dict(before.get("files", {}))}
        attached = {entry.get("name", entry.get("url")): entry for entry in (remote or {}).get("attachments", [])}

        def write(method: str = "PATCH", **more: object) -> str:
            extras = {**_extras(remote), MARK: mark}
            body = {**about, "attachments": list(attached.values()), "extras": extras, **more}
            self.session.call(method, f"/datasets/{MARK}", MARK, body=body)
            return step.address

        if remote is None:
            yield Task(replace(step, action="create"), lambda: write("POST", isMetaOnly=True))
        elif before.get("metadata") != mark["metadata"]:
            yield Task(step, write)
        else:
            yield Task(replace(step, action="unchanged"), None)

        def attach(item: Item, name: str) -> str:
            if mark["files"].pop(name, None):
                write()  # from here to the end of the next write, nobody can tell which content is there
            file = Upload("attachment", name, item.file, item.mediatype)
            self.session.call("POST", f"/datasets/{MARK}/metadata-attachments", name, upload=file)
            attached[name] = {"type": "file", "name": name, "title": name, "description": release.describe(item)}
            mark["files"][name] = item.sha256
            return f"{write()}/metadata-attachments/{name}"

        names = {item.path.replace("/", "-"): item for item in files}
        for name, item in names.items():
            entry = self._step(MARK, "replace" if name in attached else "create", item, name)
            if name in attached and mark["files"].get(name) == item.sha256:
                yield Task(replace(entry, action="unchanged"), None)
            else:
                yield Task(entry, partial(attach, item, name))
        for name in sorted(set(mark["files"]) - set(names)):
            say(f"Data Fair: {MARK}/{name} is no longer in the release; it is left there")

    def _step(self, ident: str, action: Action, item: Item | None = None, name: str = "") -> Step:
        """A step on a dataset, or on a file attached to it."""
        below = f"/metadata-attachments/{name}" if name else ""
        size = item.file.stat().st_size if item else 0
        return Step(f"{ident}/{name}" if name else ident, action, size, f"{self.session.api}/datasets/{ident}{below}")

    def _look(self, ident: str) -> dict[str, Any] | None:
        """A dataset of ours, as it will be once its draft, if any, is accepted."""
        remote: dict[str, Any] | None = self.session.get(f"/datasets/{ident}?draft=true", ident)
        if remote is not None and MARK not in _extras(remote):
            raise PortalError(
                "Data Fair",
                ident,
                "this identifier is taken by another dataset",
                "Delete that one, or use another portal",
            )
        return remote

    def _settled(self, ident: str, *, before: bool = False) -> dict[str, Any] | None:
        """A dataset once it is no longer being processed; a failure is an error, except `before` it is sent again."""
        end = time.monotonic() + self.patience
        while (remote := self._look(ident)) or before:
            if remote is None or remote.get("status") == "error" or not _busy(remote):
                break
            if time.monotonic() > end:
                raise PortalError("Data Fair", ident, f"still being processed after {self.patience:.0f} s")
            time.sleep(self.pause)
        if remote and remote.get("status") == "error" and not before:
            journal = self.session.get(f"/datasets/{ident}/journal", ident) or []  # newest first
            text = next(
                (str(item.get("data", "")) for item in journal if item.get("type") == "error"), "no reason given"
            )
            remedy = f"See its journal on the portal. {AGAIN}"
            raise RefusedError("Data Fair", ident, f"processing failed: {self.session.scrub(text)[:200]}", remedy)
        return remote


def _busy(remote: dict[str, Any]) -> bool:
    return remote.get("status") != "finalized" or bool(remote.get("draftReason"))


def _extras(remote: dict[str, Any] | None) -> dict[str, Any]:
    return (remote or {}).get("extras") or {}


def _common(release: Release) -> dict[str, Any]:
    """Metadata that every dataset of the release shares."""
    origin = next(
        (source["address"] for source in release.catalogue["sources"] if source["address"].startswith("https://")), None
    )
    return {"license": LICENCE, "keywords": TAGS, "frequency": "annual", **({"origin": origin} if origin else {})}


def _column(field: Field) -> dict[str, Any]:
    """A column as declared, so that Data Fair does not guess: a code is text, with its leading zeros."""
    unit = f" Unité : {field['unit']}." if "unit" in field else ""
    name = field["name"]
    return {"key": name, "x-originalName": name, "type": field["type"], "description": field["description"] + unit}
