"""How a text that somebody wrote becomes a value: each function takes the text, and says in an error what to write instead.

Messages never repeat an address, which may hold a secret.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from dagster_project.core import addresses
from dagster_project.core.addresses import AddressError
from dagster_project.core.text import fault_of_name

MISREAD = re.compile(r"[?#%*\[\]{}\x00-\x1f]")  # in addresses of SQLite and in patterns of file names
NONE = "none"
LOOKED_UP = ("{siren}", "{identifiant}")
FRENCH = {"aucun": NONE, "oui": "yes", "non": "no", "texte": "text"}  # words until version 0.5, taken until 0.7


def absolute_path(text: str) -> Path:
    """An absolute path, links followed."""
    try:
        return Path(text).resolve(strict=False)
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a null character
        raise ValueError(f"={text!r} leads nowhere ({error})") from error


def data_folder(text: str) -> Path:
    """A folder that databases may be kept in."""
    path = absolute_path(text)
    if odd := MISREAD.search(str(path)):
        raise ValueError(f"={path}: a folder whose path holds {odd[0]!r} is misread by databases; choose another")
    return path


def file(text: str) -> Path:
    """A file that is there."""
    if not (path := absolute_path(text)).is_file():
        raise ValueError(f"={path} is not a file")
    return path


def shaped(text: str, pattern: str, wanted: str) -> str:
    """A text of a known shape."""
    if not re.fullmatch(pattern, text):
        raise ValueError(f"={text!r} is not {wanted}")
    return text


def count(text: str, least: int) -> int:
    """A whole number."""
    if int(shaped(text, "[0-9]{1,6}", f"a number, {least} at least")) < least:
        raise ValueError(f"={text!r} is not a number, {least} at least")
    return int(text)


def english(text: str) -> str:
    """A word that settings once wrote in French."""
    return FRENCH.get(text, text)


def yes(text: str) -> bool:
    """`yes` or `no`."""
    if (word := english(text)) not in ("yes", "no"):
        raise ValueError(f"={text!r} is neither yes nor no")
    return word == "yes"


def sentence(text: str) -> str:
    """Words that are published as they are."""
    if fault := fault_of_name(text):
        raise ValueError(f": {fault}")
    return text


def some_of(text: str, known: Sequence[str]) -> frozenset[str]:
    """`a,b` of a closed list; `none` is none of them."""
    names = {english(item.strip()) for item in text.split(",") if item.strip()}
    if names == {NONE}:
        return frozenset()
    if not names:
        raise ValueError(f"={text!r} names nothing: leave it empty for all, write {NONE} for none")
    if unknown := sorted(names - set(known)):
        raise ValueError(f": {unknown[0]!r} is not one of {', '.join(known)}, nor {NONE} alone")
    return frozenset(names)


def versions(text: str) -> dict[str, str | None] | None:
    """`igt,orcae:2026` as versions by name; `none` is none of them."""
    names = [english(item.strip()) for item in text.split(",") if item.strip()]
    if names == [NONE]:
        return {}
    return {name: version or None for name, _, version in (item.partition(":") for item in names)} or None


def tokens(text: str) -> dict[str, str]:
    """`host=token,...`, by host; no message repeats a token."""
    known: dict[str, str] = {}
    for number, item in enumerate(filter(None, map(str.strip, text.split(","))), start=1):
        host, separator, token = (part.strip() for part in item.partition("="))
        if not (separator and re.fullmatch(r"[a-z0-9-]+([.][a-z0-9-]+)+", host) and re.fullmatch(r"[!-~]+", token)):
            raise ValueError(f", item {number}: it must read <host>=<token>")
        known[host] = token
    return known


def recipient(text: str) -> str:
    """A web hook or a mail address, `mailto:`."""
    if re.fullmatch(r"mailto:[^@\s]+@[^@\s]+", text):
        return text
    try:
        return addresses.read(text, credentials=True, any_port=True).url
    except AddressError as error:
        wanted = "neither an address that starts with https:// nor mailto:name@example.org"
        raise ValueError(f" is {wanted} ({error})") from None


def portal(text: str) -> str:
    """The address of a portal that receives files."""
    try:
        url = addresses.read(text, any_port=True, query=False)
    except AddressError as error:
        wanted = "an address that starts with https://, without user nor password"
        raise ValueError(f" is not {wanted} ({error})") from None
    return url.url.rstrip("/")


def lookups(text: str) -> tuple[str, str]:
    """`/territories?siren={siren},/lines/{identifiant}`: paths below an address, where two things are asked by name."""
    paths = tuple(item.strip() for item in text.split(","))
    if len(paths) != 2 or any(
        not re.fullmatch(r"/[!-~]*", path) or path.count(name) != 1 for path, name in zip(paths, LOOKED_UP, strict=True)
    ):
        raise ValueError(
            f"={text!r} is not two paths that start with /, the first with {LOOKED_UP[0]}, then {LOOKED_UP[1]}"
        )
    return paths[0], paths[1]


def replacements(text: str) -> dict[str, str]:
    """`https://a.example=http://127.0.0.1:8000,...`: origins, and what is asked in their stead.

    A replacement may hold a path, and a user and password, which no message repeats.
    """
    known: dict[str, str] = {}
    for number, item in enumerate(filter(None, map(str.strip, text.split(","))), start=1):
        origin, separator, instead = (part.strip() for part in item.partition("="))
        if not (separator and origin and instead):
            raise ValueError(f", item {number}: it must read https://<host>=<replacement>")
        try:
            url = addresses.read(origin, query=False)
        except AddressError as error:
            raise ValueError(f", item {number}, before the sign =: {error}") from None
        if url.scheme != "https" or url.path != "/":
            raise ValueError(f", item {number}: before the sign =, write https:// and a host, no path")
        try:
            other = addresses.read(instead, credentials=True, any_port=True, query=False)
        except AddressError as error:
            problem = f"the replacement is {error} (plain http is for this machine alone)"
            raise ValueError(f", item {number}: {problem}") from None
        if "@" in (other.path or ""):
            raise ValueError(f", item {number}: a slash or a colon of a password is written %2F or %3A")
        if (key := url.url.rstrip("/")) in known:
            raise ValueError(f", item {number}: {url.host} was given a replacement before")
        known[key] = other.url.rstrip("/")
    return known
