"""Texts with places ({{ plate }}), as staff and dealers write them: the environment they are filled in."""

from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from channels.said import ZONE, as_text


def environment(folder: Path | None = None) -> SandboxedEnvironment:
    """Strict and sandboxed, since staff edit these texts; no HTML escaping, since they are not HTML."""
    made = SandboxedEnvironment(
        loader=FileSystemLoader(folder) if folder else None,
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    made.filters["when"] = _shown
    return made


@pass_context
def _shown(context: Context, value: object) -> object:
    return as_text(value, context.get("now"), context.get("zone") or ZONE)
