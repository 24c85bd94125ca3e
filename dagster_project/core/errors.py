"""The one base of what stops a command for a reason that its user can act on."""


class FluxError(Exception):
    """What went wrong; the message names the file, setting or table, and says what to do."""
