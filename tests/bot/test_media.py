"""What a file is, is told by its first bytes."""

import pytest

from bot.media import ENDINGS, HEAD, LARGEST, MB, SENDABLE, MediaKind, mime_of
from tests.media_samples import KEPT, KEPT_NAMES, NOT_KEPT, NOT_KEPT_NAMES


@pytest.mark.parametrize(("kind", "content", "mime"), KEPT, ids=KEPT_NAMES)
def test_a_type_we_keep_is_known_by_its_beginning(kind: str, content: bytes, mime: str) -> None:
    assert mime_of(MediaKind(kind), content[:HEAD]) == mime
    assert mime in ENDINGS


@pytest.mark.parametrize(("kind", "content"), NOT_KEPT, ids=NOT_KEPT_NAMES)
def test_everything_else_is_not_kept(kind: str, content: bytes) -> None:
    assert mime_of(MediaKind(kind), content[:HEAD]) is None


@pytest.mark.parametrize("kind", list(MediaKind))
def test_nothing_is_no_type(kind: MediaKind) -> None:
    assert mime_of(kind, b"") is None


def test_sizes_are_wechats_and_nothing_a_browser_runs_is_in_the_table() -> None:
    assert {kind.value: size // MB for kind, size in LARGEST.items()} == {"image": 10, "voice": 2, "video": 10}
    assert not [mime for mime in ENDINGS if "svg" in mime or "html" in mime or "xml" in mime]
    assert set(ENDINGS) > SENDABLE
