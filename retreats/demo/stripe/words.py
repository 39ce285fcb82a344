"""The words of the pay page and of the desk's page, in the two languages. They belong to the stand-in, not to the house."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision
from werkzeug.wrappers import Request

LANGUAGES = {"en": "en_GB", "pt": "pt_PT"}

ENGLISH = {
    "title": "Pay {amount}",
    "demo": "This is the demonstration’s payment page",
    "demo_more": "No money moves here, whatever is pressed. In a real house, Stripe’s own page would stand in this place.",
    "due": "To pay",
    "for": "What it is for",
    "reference": "Reference",
    "open_until": "This page is open until {time}.",
    "declined": "The card was declined",
    "declined_more": "Nothing was paid. It can be tried again.",
    "pay": "Pay {amount}",
    "slow": "Pay with a slow bank method",
    "slow_more": "As with Multibanco: the booking waits until the bank has paid, or has not. Settle it on the desk’s page.",
    "decline": "Let the card be declined",
    "leave": "Leave without paying",
    "news": "How should the house hear of it?",
    "normal": "At once",
    "twice": "Twice",
    "late": "Late",
    "late_more": "Seconds until it hears of it",
    "reversed": "In the wrong order",
    "never": "Not at all",
    "done": "This has been dealt with",
    "done_paid": "It is paid. Thank you.",
    "done_waiting": "We are waiting for the bank.",
    "done_failed": "The bank did not pay.",
    "done_free": "There was nothing to pay.",
    "expired": "This payment page has closed",
    "expired_more": "Nothing was paid. A new one can be opened from the booking.",
    "unknown": "There is no such payment page",
    "unknown_more": "Perhaps the demonstration has begun anew since then. A new page can be opened from the booking.",
    "refused": "That was not possible",
    "back": "Back to the house",
    "desk": "The stand-in’s desk",
    "desk_more": "What would happen at Stripe and at the banks, in the order in which it began. No money moves.",
    "session": "Checkout",
    "amount": "Amount",
    "state": "State",
    "do": "Let it happen",
    "bank_pays": "The bank pays",
    "bank_refuses": "The bank does not pay",
    "dispute": "Dispute the payment",
    "won": "The house wins the dispute",
    "lost": "The house loses the dispute",
    "refund_done": "The refund arrives",
    "refund_failed": "The refund comes back",
    "nobody": "Nobody has begun to pay yet.",
    "notices": "Notices on their way",
    "no_notices": "None: the house has heard of everything.",
    "deliver": "Deliver everything again that did not arrive",
    "pay_page": "Pay page",
    "money": "The account",
    "captured": "Paid",
    "money_refunded": "Refunded",
    "money_lost": "Lost to disputes",
    "withheld": "Held back by disputes",
    "other": "Português",
    "state_open": "open",
    "state_expired": "expired",
    "state_paid": "paid",
    "state_waiting": "waiting for the bank",
    "state_failed": "the bank did not pay",
    "state_free": "nothing to pay",
    "delivery_waiting": "on its way",
    "delivery_dropped": "kept back",
    "delivery_failed": "given up",
}

PORTUGUESE = {
    "title": "Pagar {amount}",
    "demo": "Esta é a página de pagamento da demonstração",
    "demo_more": "Aqui não se movimenta dinheiro, seja qual for o botão. Numa casa a sério, neste lugar estaria a página da própria Stripe.",
    "due": "A pagar",
    "for": "A que se destina",
    "reference": "Referência",
    "open_until": "Esta página fica aberta até às {time}.",
    "declined": "O cartão foi recusado",
    "declined_more": "Nada foi pago. É possível tentar de novo.",
    "pay": "Pagar {amount}",
    "slow": "Pagar por um meio bancário lento",
    "slow_more": "Como no Multibanco: a reserva espera até o banco pagar, ou não. O desfecho escolhe-se na página do balcão.",
    "decline": "Fazer com que o cartão seja recusado",
    "leave": "Sair sem pagar",
    "news": "Como deve a casa receber a notícia?",
    "normal": "De imediato",
    "twice": "Duas vezes",
    "late": "Com atraso",
    "late_more": "Segundos até a notícia chegar",
    "reversed": "Por ordem trocada",
    "never": "Nunca",
    "done": "Este pagamento já foi tratado",
    "done_paid": "Está pago. Agradecemos a confiança.",
    "done_waiting": "Estamos à espera do banco.",
    "done_failed": "O banco não pagou.",
    "done_free": "Não havia nada a pagar.",
    "expired": "Esta página de pagamento já fechou",
    "expired_more": "Nada foi pago. A partir da reserva pode abrir-se outra.",
    "unknown": "Não existe tal página de pagamento",
    "unknown_more": "Talvez a demonstração tenha entretanto recomeçado. A partir da reserva pode abrir-se uma nova página.",
    "refused": "Não foi possível",
    "back": "Voltar à casa",
    "desk": "O balcão do substituto da Stripe",
    "desk_more": "O que se passaria na Stripe e nos bancos, pela ordem em que começou. Não se movimenta dinheiro.",
    "session": "Pagamento",
    "amount": "Valor",
    "state": "Estado",
    "do": "Fazer acontecer",
    "bank_pays": "O banco paga",
    "bank_refuses": "O banco não paga",
    "dispute": "Contestar o pagamento",
    "won": "A casa ganha a contestação",
    "lost": "A casa perde a contestação",
    "refund_done": "O reembolso chega",
    "refund_failed": "O reembolso volta para trás",
    "nobody": "Ainda ninguém começou a pagar.",
    "notices": "Notícias a caminho",
    "no_notices": "Nenhuma: a casa já soube de tudo.",
    "deliver": "Voltar a entregar tudo o que não chegou",
    "pay_page": "Página de pagamento",
    "money": "A conta",
    "captured": "Pago",
    "money_refunded": "Reembolsado",
    "money_lost": "Perdido em contestações",
    "withheld": "Retido por contestações",
    "other": "English",
    "state_open": "em aberto",
    "state_expired": "fora de prazo",
    "state_paid": "pago",
    "state_waiting": "à espera do banco",
    "state_failed": "o banco não pagou",
    "state_free": "nada a pagar",
    "delivery_waiting": "a caminho",
    "delivery_dropped": "retida",
    "delivery_failed": "abandonada",
}
WORDS = {"en": ENGLISH, "pt": PORTUGUESE}


def language(request: Request, wanted: str | None = None) -> str:
    """What the address says, else what the house wanted, else what the browser prefers."""
    for asked in (request.args.get("lang"), wanted):
        if asked and asked[:2] in WORDS:
            return asked[:2]
    return request.accept_languages.best_match(list(WORDS), default="en") or "en"


def spoken(minor_units: int, currency: str, tongue: str) -> str:
    """€120.00, or 120,00 €."""
    code = currency.upper()
    amount = Decimal(minor_units).scaleb(-get_currency_precision(code))
    return str(format_currency(amount, code, locale=LANGUAGES[tongue]))
