"""Whether WeChat can knock: the address of the callback, and our own verification request through it."""

import ipaddress
import secrets
import socket
from collections.abc import Callable, Iterator
from datetime import datetime
from urllib.parse import urlsplit

from channels.wechat.outside import Verified, verify
from commands.examine.finding import Finding, error, ok, warning
from config.settings import Settings

START = "start the house (python app.py run), then run doctor again"


def address(settings: Settings) -> Iterator[Finding]:
    """PUBLIC_URL has a name that leads to an address the world can reach."""
    host = urlsplit(settings.public_url).hostname or ""
    try:
        found = {str(each[4][0]) for each in socket.getaddrinfo(host, None)}
    except OSError:
        yield error("callback: address", f"{host} has no address", "register the name, or mend HUIFANG_PUBLIC_URL")
        return
    private = [each for each in found if not ipaddress.ip_address(each.partition("%")[0]).is_global]
    if settings.sandbox:
        yield ok("callback: address", "sandbox: this machine calls itself")
    elif private:
        yield error(
            "callback: address", f"{host} leads to {', '.join(sorted(private))}, which nobody outside can reach",
            "WeChat needs a public address; look at the name's record",
        )  # fmt: skip
    else:
        yield ok("callback: address", f"{host} leads to {', '.join(sorted(found))}")


def answers(settings: Settings, account: str, token: str, now: Callable[[], datetime]) -> Iterator[Finding]:
    """What WeChat does when the address is saved: the echo must come back, without a redirect (wechat.md §2.2)."""
    check, echo = f"callback: /wechat/{account}", secrets.token_hex(8)
    stamp = int(now().timestamp())
    seen = verify(f"{settings.public_url}/wechat/{account}", token, stamp, secrets.token_hex(8), echo)
    if seen.status == 200 and seen.echoed:
        yield ok(check, "answers our verification as WeChat's")
        return
    level = warning if settings.sandbox and seen.status == 0 else error
    yield level(check, *_wrong(seen))


def _wrong(seen: Verified) -> tuple[str, str]:
    if seen.status == 0:
        return f"no connection through HUIFANG_PUBLIC_URL ({seen.kind})", START
    if seen.redirect:
        return f"redirects (HTTP {seen.status}); WeChat follows none", "let the proxy pass /wechat/… as it comes"
    if seen.status == 403:
        return "our own signature is refused", "the running house has another token: restart it with these settings"
    if seen.status == 404:
        return "the running house knows no such account", "restart it with this config/dealer.yaml"
    return f"HTTP {seen.status} without our echo", "something else answers there: look at the proxy"
