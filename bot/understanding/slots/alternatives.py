"""Of two things our last line named, the one a short answer points at: 后面那个, 大的, 第二款."""

import re

NAMED = re.compile("(?P<one>[^,。!?:;是的问想要试看]{1,8}?)(?:还是|或者?|和|跟|、)(?P<other>[^,。!?:;都可呢]{1,8})")
FIRST = re.compile("(?:前|头)(?:面|一)?(?:的|那|个|款)|第一|上面")
SECOND = re.compile("(?:后|末)(?:面|一)?(?:的|那|个|款)|第二|下面|另外?一?[个款]")
SIZE = re.compile("([大小前后])(?:的|那个|保养?)?(?:吧|那种|的)?")
LONGEST = 8


def chosen(text: str, told: str) -> str | None:
    """Both normalised. None when the answer points at neither, or two were not named."""
    named = NAMED.search(told)
    if named is None or len(text) > LONGEST:
        return None
    one, other = named["one"], named["other"]
    if (size := SIZE.fullmatch(text.strip(" ,。!吧"))) and (fit := [each for each in (one, other) if size[1] in each]):
        return fit[0] if len(fit) == 1 else None
    return one if FIRST.search(text) else other if SECOND.search(text) else None
