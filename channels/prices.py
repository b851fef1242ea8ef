"""What one copy costs on each way: an SMS by its segments and kind, a person's call by the dealer's own reckoning.

WeChat bills neither custom, template nor mass messages, and e-mail goes through the dealer's own server.
"""

from bot.dealer import Dealer
from bot.messages import Outgoing, Way
from channels.sms_text import sms_segments

FEN = 100


class Prices:
    """In fen, not whole ones: a segment costs 4.5 of them by the list price (sms.md §1.4)."""

    def __init__(self, dealer: Dealer) -> None:
        self._dealer = dealer

    def of(self, out: Outgoing) -> float:
        """0 for what nobody bills; an SMS of a template that is no longer configured counts as a notification."""
        if out.way is Way.CALL:
            return self._dealer.costs.call_task * FEN
        return self._sms(out) if out.way is Way.SMS else 0.0

    def _sms(self, out: Outgoing) -> float:
        sms, text = self._dealer.sms, str(out.payload.get("text") or "")
        template = sms.templates.get(str(out.payload.get("template") or ""))
        promotion = template is not None and template.kind == "promotion"
        price = sms.price_promotion if promotion else sms.price_notification
        return round(sms_segments(text) * price * FEN, 2)
