"""Legal pages: from a text with blanks to one in force; the public never sees a blank."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from retreats.catalogue import queries as catalogue
from retreats.db import db
from retreats.house import legal
from retreats.house.models import LEGAL_KINDS, LegalText
from tests.house import a_gathering
from tests.setting_up.owning import SETTINGS, olga, save, text_of

FACTS = {
    "legal_name": "Associação da Olga",
    "legal_form": "association",
    "tax_number": "510000000",
    "address": "Rua do Rio 1\n1200-001 Lisboa",
    "phone": "+351 210 000 000",
    "represented_by": "Olga Prado",
    "register": "Lisboa",
    "dispute_body": "CNIACC",
}
PUBLIC = {"privacy": "/privacy/", "terms": "/terms/", "imprint": "/imprint/"}


def written(kind: str, language: str) -> str:
    """The template, with what is to be written in it written."""
    known = legal.BLANKS[language]
    return re.sub(
        r"\[\[([^\]]+)\]\]",
        lambda found: found[0] if found[1] in known else "so and so",
        legal.template(kind, language),
    )


def press(client: FlaskClient, kind: str, *, then: str = "publish", **more: str) -> object:
    """Write the texts into the form, and press a button."""
    base = re.search(r'name="base" value="([^"]*)"', client.get(f"{SETTINGS}/legal/{kind}").text)
    assert base is not None
    texts = {f"source_{each}": written(kind, each) for each in ("en", "pt")}
    return client.post(f"{SETTINGS}/legal/{kind}", data={"base": base[1], "then": then} | texts | more)


@pytest.mark.parametrize("kind", LEGAL_KINDS)
def test_a_text_with_open_blanks_is_kept_but_shown_to_nobody(
    client: FlaskClient, another_client: FlaskClient, kind: str
) -> None:
    olga(client)

    answer = press(client, kind)

    assert answer.status_code == 422
    assert "fill the open blanks first" in text_of(answer)
    listed = text_of(client.get(f"{SETTINGS}/legal/"))
    assert "blanks are open" in listed or "One blank is open" in listed
    for language in ("en", "pt"):
        page = another_client.get(f"{PUBLIC[kind]}?lang={language}").text
        assert "[[" not in page
        assert "so and so" not in page


@pytest.mark.parametrize("kind", LEGAL_KINDS)
def test_filled_it_is_in_force_in_both_languages(client: FlaskClient, another_client: FlaskClient, kind: str) -> None:
    olga(client)
    save(client, "imprint", **FACTS)

    answer = press(client, kind)

    assert (answer.status_code, "saved=published" in answer.location) == (303, True)
    for language in ("en", "pt"):
        page = another_client.get(f"{PUBLIC[kind]}?lang={language}").text
        assert "Associação da Olga" in page
        assert "[[" not in page
    assert "blanks are open" not in text_of(client.get(f"{SETTINGS}/legal/{kind}"))


def test_terms_in_force_are_those_that_a_booking_accepts(client: FlaskClient) -> None:
    olga(client)
    save(client, "imprint", **FACTS)
    press(client, "terms")
    first = catalogue.terms_in_force()

    save(client, "imprint", **FACTS | {"tax_number": "520000000"})
    listed = text_of(client.get(f"{SETTINGS}/legal/"))
    client.post(f"{SETTINGS}/legal/terms/publish")
    client.post(f"{SETTINGS}/legal/terms/publish")  # the second press changes nothing
    second = catalogue.terms_in_force()

    assert first is not None
    assert second is not None
    assert "behind" in listed
    assert (first.version, second.version) == (1, 2)
    assert "510000000" in first.text["en"]
    assert "520000000" in second.text["pt"]
    assert [each.version for each in db.session.query(LegalText).order_by(LegalText.version)] == [1, 2]
    assert a_gathering().slug


def test_two_who_write_at_one_time_lose_nothing(client: FlaskClient) -> None:
    olga(client)
    base = re.search(r'name="base" value="([^"]*)"', client.get(f"{SETTINGS}/legal/imprint").text)
    assert base is not None
    press(client, "imprint", then="draft", source_en="What Paul wrote")

    late = client.post(f"{SETTINGS}/legal/imprint", data={"base": base[1], "source_en": "Mine", "source_pt": "Meu"})

    assert late.status_code == 409
    assert re.search(r">\s*Mine</textarea>", late.text)
    assert db.session.query(LegalText).one().source["en"] == "What Paul wrote"


def test_what_she_writes_is_text_and_no_program(client: FlaskClient, another_client: FlaskClient) -> None:
    olga(client)
    press(client, "imprint", source_en="<script>alert(1)</script> [x](javascript:alert(1))", source_pt="Olá")

    page = another_client.get("/imprint/?lang=en").text

    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_the_complaints_book_is_hers_or_the_one_of_portugal(client: FlaskClient, another_client: FlaskClient) -> None:
    olga(client)
    before = another_client.get("/imprint/").text
    save(client, "imprint", complaints_url="https://complain.example")

    assert 'href="https://www.livroreclamacoes.pt"' in before
    assert 'href="https://complain.example"' in another_client.get("/imprint/").text
