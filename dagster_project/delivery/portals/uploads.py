"""A file as it is sent to a portal."""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

BLOCK = 1 << 18


class Upload:
    """One file as a multipart body of known length, read while it is sent; `check`, called before each block, may stop it."""

    def __init__(self, part: str, name: str, file: Path, mediatype: str, body: Mapping[str, Any] | None = None) -> None:
        self.file, boundary = file, secrets.token_hex(16)
        self.check: Callable[[], None] = lambda: None
        self.content_type = f"multipart/form-data; boundary={boundary}"
        form = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="body"\r\n\r\n{json.dumps(body)}\r\n' if body else ""
        )
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{part}"; filename="{name}"\r\n'
        self.head = f"{form}{head}Content-Type: {mediatype}\r\n\r\n".encode()
        self.tail = f"\r\n--{boundary}--\r\n".encode()

    def __len__(self) -> int:
        return len(self.head) + self.file.stat().st_size + len(self.tail)

    def __iter__(self) -> Iterator[bytes]:
        yield self.head
        with self.file.open("rb") as file:
            while block := file.read(BLOCK):
                self.check()
                yield block
        yield self.tail
