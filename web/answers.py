"""What a page's function may return."""

from typing import TypeAlias

from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

Answer: TypeAlias = str | Response | FlaskResponse | tuple[str, int] | tuple[str, int, dict[str, str]]
