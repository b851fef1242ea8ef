"""What the bot may say as a fact: models, the price list, answers; and what a survey asks.

All from `config/`, with source and review date.
"""

from bot.catalogue import Catalogue
from bot.faq import Faq
from bot.price_list import PriceList
from bot.strict import Strict
from bot.surveys import Surveys


class Content(Strict):
    catalogue: Catalogue = Catalogue()
    services: PriceList = PriceList()
    faq: Faq = Faq()
    surveys: Surveys = Surveys()
