"""The e-mail account: reached, trusted, and logged in to. Nothing is sent."""

from collections.abc import Iterator

from bot.errors import SendError, TryLater
from channels.email import EmailSender
from commands.examine.finding import Finding, error, ok, warning

REACH = "look at HUIFANG_EMAIL_HOST, _PORT and _SECURITY, and whether this machine may reach that port"
TODO = {
    "not_trusted": "HUIFANG_EMAIL_SECURITY must be what the port speaks, and the certificate one this machine trusts",
    "535": "many providers want a login code of its own (授权码), not the password of the web mail",
}
UNKNOWN = "compare HUIFANG_EMAIL_USER, _PASSWORD and _FROM with the account"


def account(sender: EmailSender) -> Iterator[Finding]:
    server = sender.server
    try:
        sender.check()
    except TryLater as refused:
        yield warning("e-mail", f"{refused.sentence} ({refused.code})", REACH)
    except SendError as refused:
        todo = next((todo for code, todo in TODO.items() if refused.code.startswith(code)), UNKNOWN)
        yield error("e-mail", f"{refused.sentence} ({refused.code})", todo)
    else:
        how = "takes our log-in" if server.user else "answers"
        yield ok("e-mail", f"{server.host}:{server.port} ({server.security}) {how}")
