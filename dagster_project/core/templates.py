"""Templates of what people read: nothing undefined passes, HTML is escaped, lines of logic leave no line."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape


def environment(folder: Path) -> Environment:
    """The templates of a folder, by name; those called `.html.j2` or `.svg.j2` are escaped."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(["html.j2", "svg.j2"], default=False, default_for_string=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def template(file: Path) -> Template:
    """One template."""
    return environment(file.parent).get_template(file.name)
