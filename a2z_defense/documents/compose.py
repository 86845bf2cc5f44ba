"""Templates to HTML, in a sandbox: a template can lay out and choose, and can print only what carries its evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from a2z_defense.base.data import data_folder
from a2z_defense.base.errors import ConfigurationError
from a2z_defense.documents.outside import asked_for_by_css, asked_for_by_html, where
from a2z_defense.documents.said import Phrase, RunsRight, Said
from a2z_defense.documents.visible import direction, kept_in_order

STYLE = "style.css"


class TemplateFault(ConfigurationError):
    """A template cannot be used: names the file and the line."""


class Unsupported(Exception):
    """A template prints a value that carries no exhibit."""


def _supported(value: Any) -> Any:
    """Jinja's `finalize`: what may be printed. Template text itself does not come through here."""
    from jinja2 import Undefined
    from markupsafe import Markup

    if isinstance(value, Markup) or type(value) is int:
        return value
    if isinstance(value, Phrase) or (isinstance(value, Said) and (value.exhibits or not value)):
        return value if isinstance(value, RunsRight) else kept_in_order(value)
    if isinstance(value, Undefined):
        str(value)  # says what is not there
    if isinstance(value, Said):
        raise Unsupported("a fact is printed that no exhibit of the case tells")
    raise Unsupported(f"a value of type {type(value).__name__} is printed; only phrases and facts with exhibits may be")


def css_string(text: str) -> Any:
    """A text as a CSS string, every character but letters and digits escaped: it cannot end the string."""
    from markupsafe import Markup

    safe = "".join(char if char.isascii() and char.isalnum() else f"\\{ord(char):x} " for char in text)
    return Markup(f'"{safe}"')  # noqa: S704 (letters, digits and escapes only)


@lru_cache(maxsize=4)
def _environment(templates: Path | None) -> Any:
    from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    folders = [FileSystemLoader(folder) for folder in (templates, data_folder("templates")) if folder is not None]
    world = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_supported,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    world.filters = {name: world.filters[name] for name in ("length", "first", "last", "batch", "list")} | {
        "css": css_string,
        "dir": lambda text: Phrase(direction(text)),
    }
    return world


def compose(name: str, values: Mapping[str, Any], templates: Path | None = None) -> str:
    """The HTML of template `name`. `templates` is the user's folder; what it lacks comes from ours.

    Raises TemplateFault with file and line.
    """
    from jinja2 import TemplateError, TemplateSyntaxError

    try:
        markup = str(_environment(templates).get_template(name).render(**values))
        return _closed(markup, templates, asked_for_by_html)
    except TemplateSyntaxError as why:
        raise TemplateFault(
            f"template {why.filename or name}, line {why.lineno}: {why.message}",
            expected="a Jinja2 template",
            remedy="mend that line, or eject the templates again",
        ) from None
    except (TemplateError, Unsupported, TypeError, AttributeError, ValueError, KeyError) as why:
        file, line = _where(why, name)
        raise TemplateFault(
            f"template {file}, line {line}: {_plain(why)}",
            expected="a template that prints the phrases and facts it is given",
            remedy="mend that line, or eject the templates again",
        ) from None


def _closed(markup: str, templates: Path | None, asked_for: Callable[[str], str | None]) -> str:
    """`markup`, unless a template of the user's asks for anything but the document's own parts."""
    address = asked_for(markup) if templates else None
    if templates is None or address is None:
        return markup
    raise TemplateFault(
        f"template {where(address, templates)}: {address} is no part of the document, and nothing is fetched",
        expected="the style sheet and the case's pictures, under a2z:",
        remedy="take it out; a logo is seller.logo in the configuration",
    )


def _where(why: BaseException, name: str) -> tuple[str, int]:
    """The innermost frame that is a template's."""
    found, trace = (name, 0), why.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith((".html", ".svg", ".css")):
            found = (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return found


def _plain(why: BaseException) -> str:
    if isinstance(why, Unsupported):
        return str(why)
    return str(why.args[0]) if isinstance(why, KeyError) and why.args else f"{type(why).__name__}: {why}"


def style(templates: Path | None = None) -> bytes:
    """The style sheet: the user's, else ours."""
    own = templates / STYLE if templates else None
    if own and own.is_file():
        sheet = own.read_bytes()
        _closed(sheet.decode("utf-8", "replace"), templates, asked_for_by_css)
        return sheet
    return (data_folder("templates") / STYLE).read_bytes()


Body = Callable[[str], bytes]
"""Evidence id -> its bytes."""
