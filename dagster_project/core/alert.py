"""Tells somebody that a refresh was refused or failed: a web hook (JSON, `text`) or an e-mail.

Names of checks and steps go out, never what they found: that may describe communes. An alert that cannot be sent changes nothing
else.
"""

import smtplib
import socket
import time
from collections.abc import Sequence
from email.message import EmailMessage

from dagster_project.core import addresses
from dagster_project.core.transfers import Exchange, Session, StoppedError, bounded, credentials
from dagster_project.settings import Settings

TIMEOUT, DEADLINE = 15, 60


def send(settings: Settings, titles: Sequence[str], current: str | None) -> str | None:
    """Send to FLUX_ALERT, if it is set.

    Args:
        settings: where to.
        titles: what refused or failed, a line each.
        current: identifier of the release that stays, None before the first.

    Returns:
        why it could not be sent, without the address, which may hold a secret; None when it was, or when nobody is to be told.
    """
    address = settings.alert
    if address is None:
        return None
    lines = [f"flux-carbone on {socket.gethostname()}: a refresh was refused or failed.", *titles,
             f"Current release: {current or 'none yet'}. Details: the log of the refresh, or `make dev`."]  # fmt: skip
    try:
        if address.startswith("mailto:"):
            _mail(settings.smtp, address.removeprefix("mailto:"), "\n".join(lines))
        else:
            status = bounded(lambda on: _post(on, address, "\n".join(lines)), time.monotonic() + DEADLINE, 0)
            if not 200 <= status < 300:
                return f"HTTP {status}"
    except StoppedError as error:
        return str(error)
    except (OSError, smtplib.SMTPException) as error:  # requests' errors are OSError
        return type(error).__name__
    return None


def _post(on: Exchange, address: str, text: str) -> int:
    """The status that a web hook answers; what it says besides is not read."""
    url = addresses.read(address, credentials=True, any_port=True)
    place, auth = addresses.without_credentials(url).url, credentials(url.auth)
    with Session().post(
        place, json={"text": text}, timeout=TIMEOUT, allow_redirects=False, stream=True, auth=auth
    ) as answer:
        on.begins(answer)
        return answer.status_code


def _mail(relay: str, person: str, text: str) -> None:
    """Through a relay of the house (host:port), which knows who may send."""
    message = EmailMessage()
    message["Subject"] = "flux-carbone: refresh refused"
    message["From"] = message["To"] = person
    message.set_content(text)
    host, _, port = relay.partition(":")
    with smtplib.SMTP(host, int(port or 25), timeout=TIMEOUT) as server:
        server.send_message(message)
