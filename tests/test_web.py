"""What every answer has in common, and what bad input gets."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from retreats.booking.addresses import registration_path
from retreats.catalogue import queries as catalogue
from tests.conftest import ROOT
from tests.house import a_booking, a_gathering, terms

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}


@pytest.mark.parametrize("path", ["/", "/gatherings/", "/gatherings/june-retreat/", "/sign-in", "/nothing-here"])
def test_every_page_has_the_headers(client: FlaskClient, path: str) -> None:
    a_gathering()

    answer = client.get(path)

    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "Server" not in answer.headers


def test_a_page_with_a_key_is_kept_by_nobody_and_tells_nobody(client: FlaskClient) -> None:
    registration = a_booking(a_gathering(), "ada@example.org")
    answer = client.get(registration_path(registration))

    assert (answer.status_code, answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == (
        200,
        "no-store",
        "no-referrer",
    )
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_a_form_without_its_token_is_refused_with_a_sentence(app: Flask, client: FlaskClient) -> None:
    gathering = a_gathering()
    app.config["WTF_CSRF_ENABLED"] = True

    answer = client.post(f"/gatherings/{gathering.slug}/register", data={"name-0": "Ada"})

    assert answer.status_code == 400
    assert "This form has grown old" in answer.text


def test_a_form_sent_by_another_site_is_refused(client: FlaskClient) -> None:
    gathering = a_gathering()

    answer = client.post(f"/gatherings/{gathering.slug}/register", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 400


def test_a_body_too_large_is_refused(client: FlaskClient) -> None:
    gathering = a_gathering()

    answer = client.post(f"/gatherings/{gathering.slug}/register", data=b"x" * (2 * 1024 * 1024 + 1),
                         content_type="application/x-www-form-urlencoded")  # fmt: skip

    assert answer.status_code == 413
    assert "shorten" in answer.text


def test_a_fault_of_ours_shows_no_trace(client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_wishes: Any) -> None:
        message = "SELECT secret FROM house"
        raise RuntimeError(message)

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(catalogue, "listed", broken)

    answer = client.get("/gatherings/")

    assert answer.status_code == 500
    assert "It is not your doing" in answer.text
    assert not {"secret", "Traceback", "RuntimeError", ".py"} & set(answer.text.split())


def test_a_busy_database_asks_for_a_moment(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(**_wishes: Any) -> None:
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    monkeypatch.setattr(catalogue, "listed", busy)

    answer = client.get("/gatherings/")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3")


def test_an_unknown_host_is_not_served(client: FlaskClient) -> None:
    assert client.get("/", base_url="http://evil.example").status_code == 400


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_a_method_that_does_nothing_here_is_refused(client: FlaskClient, method: str) -> None:
    a_gathering()

    answer = getattr(client, method)("/gatherings/june-retreat/")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_the_language_is_what_was_asked_for_and_is_remembered(client: FlaskClient) -> None:
    by_browser = client.get("/gatherings/", headers={"Accept-Language": "pt-PT,pt;q=0.9"}).text
    client.get("/gatherings/?lang=pt")
    remembered = client.get("/gatherings/").text
    back = client.get("/gatherings/?lang=en").text

    assert 'lang="pt-PT"' in by_browser
    assert 'lang="pt-PT"' in remembered
    assert '<html lang="en"' in back


def test_looking_sets_no_cookie(client: FlaskClient) -> None:
    a_gathering()

    assert "Set-Cookie" not in client.get("/gatherings/june-retreat/").headers


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "Ana\r\nBcc: eve@example.org", "ana\u202eanA", "👩‍👩‍👧", "{{ 7*7 }}", "=1+1"]
)
def test_a_strange_name_is_shown_as_it_is_and_does_nothing(client: FlaskClient, name: str) -> None:
    gathering, in_force = a_gathering(), terms()
    sent = {"key": "k", "party": "1", "ticket": str(gathering.ticket_types[0].id), "name-0": name,
            "email-0": "ada@example.org", "terms": "yes", "terms_id": str(in_force.id)}  # fmt: skip

    answer = client.post(f"/gatherings/{gathering.slug}/register", data=sent, follow_redirects=True)

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "\u202e" not in answer.text
    assert "49" not in answer.text.partition("Who comes")[2][:200]


@pytest.mark.parametrize("value", ["a" * 100_000, "\x00", "[]", "-1", "99999999999999999999"])
def test_a_strange_reference_is_not_found(client: FlaskClient, value: str) -> None:
    assert client.get("/registrations/X", query_string={"key": value}).status_code == 404
    assert client.get("/gatherings/", query_string={"month": value, "kind": value}).status_code == 200


OURS = {"Sec-Fetch-Site": "same-origin"}


def test_a_form_that_came_too_late_comes_back_with_every_word(app: Flask, client: FlaskClient) -> None:
    gathering = a_gathering()
    app.config["WTF_CSRF_ENABLED"] = True
    path = f"/gatherings/{gathering.slug}/register"

    late = client.post(path, data={"name-0": 'Ada "the" <b>', "csrf_token": "old"}, headers=OURS)
    fields = re.findall(r'name="([^"]+)" value="([^"]*)"', late.text)
    again = client.post(path, data={name: unescape(value) for name, value in fields}, headers=OURS)

    assert late.status_code == 400
    assert ("name-0", "Ada &#34;the&#34; &lt;b&gt;") in fields
    assert again.status_code == 422  # it was read this time, and the rest of it is missing


def test_whoever_was_signed_out_meanwhile_loses_nothing(client: FlaskClient) -> None:
    answer = client.post("/organise/gatherings/new", data={"title_en": "A long text"}, headers=OURS)

    assert answer.status_code == 401
    assert "A long text" in answer.text
    assert "/sign-in" in answer.text


def test_a_strangers_form_is_not_given_back(client: FlaskClient) -> None:
    answer = client.post("/organise/gatherings/new", data={"title_en": "A long text"})

    assert answer.status_code == 303


def test_the_font_is_asked_for_at_the_address_that_the_style_sheet_names(client: FlaskClient) -> None:
    style_sheet = (ROOT / "static" / "base.css").read_text(encoding="utf-8")
    [preloaded] = re.findall(r'rel="preload" href="/static/([^"]+)"', client.get("/").text)

    assert f'url("{preloaded}")' in style_sheet
