"""Olga sets the house up by forms: what she says holds at once and everywhere, and what cannot hold comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from retreats import create_app
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.house import keeping
from retreats.house.colours import DEFAULTS
from retreats.house.queries import current
from tests.catalogue.organise import otto
from tests.conftest import settings
from tests.house import a_gathering
from tests.setting_up.owning import SETTINGS, form_of, olga, save, say, text_of


def test_what_she_says_of_the_house_holds_at_once(client: FlaskClient, another_client: FlaskClient) -> None:
    olga(client)
    slug = a_gathering().slug
    before = another_client.get(f"/gatherings/{slug}/").text

    saved = save(client, "house", name="Casa da Olga", email="ola@olga.example", languages=["pt"], zone="Atlantic/Azores",
                 currency="CHF")  # fmt: skip
    after = another_client.get(f"/gatherings/{slug}/").text

    assert (saved.status_code, saved.location) == (303, f"{SETTINGS}/house?saved=yes")
    assert ("Casa do Rio" in before, "Casa da Olga" in before) == (True, False)
    assert ("Casa do Rio" in after, "Casa da Olga" in after) == (False, True)
    assert 'lang="pt' in after.partition("<head")[0]
    assert "?lang=en" not in after
    assert "ola@olga.example" in another_client.get("/imprint/").text
    assert (current().zone, current().currency) == ("Atlantic/Azores", "CHF")


def test_the_first_page_says_who_she_is_in_her_words_and_before_only_what_is_true_of_every_house(
    client: FlaskClient, another_client: FlaskClient
) -> None:
    olga(client)
    before = another_client.get("/?lang=en").text

    save(client, "house", name="Casa da Olga", welcome_en="We sing by the <sea>.", welcome_pt="Cantamos à beira-mar.")
    english, portuguese = (another_client.get(f"/?lang={code}").text for code in ("en", "pt"))

    assert "Lisbon" not in before.partition("<main")[2]
    assert "Who leads" not in before, "nobody leads here yet"
    assert "We hold retreats, workshops, trainings and circles, and we listen" in before
    assert "We sing by the &lt;sea&gt;." in english
    assert "Cantamos à beira-mar." in portuguese
    assert "We hold retreats" not in english


def test_new_gatherings_begin_in_her_zone_and_currency_and_others_keep_theirs(client: FlaskClient) -> None:
    olga(client)
    former = a_gathering(price=12_00)
    save(client, "house", name="Casa da Olga", zone="Atlantic/Azores", currency="CHF")

    client.post("/organise/gatherings/new", data={"kind": "workshop", "title_en": "Rest", "title_pt": "Repouso"})

    venue = client.get("/organise/venues/new").text
    zones = {each.slug: each.zone for each in db.session.query(Gathering)}
    assert 'value="Atlantic/Azores" selected' in venue
    assert zones == {former.slug: "Europe/Lisbon", "rest": "Atlantic/Azores"}
    assert "Price in CHF" in text_of(client.get("/organise/gatherings/rest/edit/places"))
    assert "Price in CHF" not in text_of(client.get(f"/organise/gatherings/{former.slug}/edit/places"))


def test_another_process_hears_of_it_within_seconds(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga(client)
    other = create_app(**settings(app.config["SQLALCHEMY_DATABASE_URI"], app.config["VAR_DIR"]))
    with other.app_context():
        before = current().name

    save(client, "house", name="Casa da Olga")
    with other.app_context():
        at_once = current().name
        monkeypatch.setattr(keeping, "FRESH_FOR", timedelta(0))  # some seconds later
        after = current().name
        db.session.remove()
        db.engine.dispose()

    assert (before, at_once, after) == ("Casa do Rio", "Casa do Rio", "Casa da Olga")


@pytest.mark.parametrize(
    ("section", "said", "sentence"),
    [
        ("house", {"name": ""}, "Say what the house is called"),
        ("house", {"email": "olga at home"}, "before and after an @"),
        ("house", {"zone": "Lisbon time"}, "zone"),
        ("colours", {"accent_light": "green"}, "six digits or letters"),
        ("colours", {"accent_light": "#ffee88"}, "Choose a darker one: #"),
        ("colours", {"accent_dark": "#1d5b43"}, "Choose a lighter one: #"),
        ("mail", {"mail_server": "smtp://x y"}, "the name of the server alone"),
        ("mail", {"mail_server": "smtp.example.org", "mail_port": "70000"}, "65"),
        ("mail", {"mail_server": "smtp.example.org", "mail_security": "none", "mail_username": "olga"}, "in clear"),
        ("money", {"stripe_key": "pk_test_1"}, "begins with sk_ or rk_"),
        ("money", {"stripe_webhook": "secret"}, "begins with whsec_"),
        ("imprint", {"complaints_url": "javascript:alert(1)"}, "https://"),
        ("help", {"help_lines_en": "", "help_lines_pt": ""}, "Name one line at least"),
    ],
)
def test_what_cannot_hold_comes_back_as_it_was_typed(
    client: FlaskClient, section: str, said: dict[str, str], sentence: str
) -> None:
    olga(client)

    answer = save(client, section, **said)

    assert answer.status_code == 422
    assert sentence in text_of(answer)
    for name, typed in said.items():
        secret = name in {"stripe_key", "stripe_webhook"}
        assert not typed or (f'value="{typed}"' in answer.text) is not secret
    assert current().version == 0


def test_a_colour_of_her_own_reaches_every_page_and_can_be_taken_back(
    client: FlaskClient, another_client: FlaskClient
) -> None:
    olga(client)

    save(client, "colours", accent_light="#7a1f3d")
    sheet = f"/look/{current().sheet}.css"
    home, css = another_client.get("/").text, another_client.get(sheet)
    save(client, "colours", accent_light="", accent_dark="")

    assert sheet in home
    assert css.status_code == 200
    assert "--accent: #7a1f3d" in css.text
    assert "prefers-color-scheme: dark" in css.text
    assert another_client.get("/look/ffee88-1d5b43.css").status_code == 404
    assert current().sheet is None
    assert current().light == DEFAULTS["light"]


def test_secrets_are_sealed_and_never_shown_again(client: FlaskClient) -> None:
    olga(client)
    save(client, "money", stripe_key="sk_test_canary", stripe_webhook="whsec_canary")
    save(client, "mail", mail_server="smtp.example.org", mail_username="olga", mail_password="canary-password")

    pages = [client.get(f"{SETTINGS}/{each}").text for each in ("money", "mail")]
    stored = db.session.execute(text("SELECT * FROM house_settings")).mappings().one()
    save(client, "mail", mail_port="465", mail_security="tls")  # left empty, the password stays
    kept = current().mail.password
    save(client, "mail", mail_password_remove="1")

    assert all("canary" not in page for page in pages)
    assert all("One is stored, sealed" in page for page in pages)
    assert b"canary" not in b"".join(each for each in stored.values() if isinstance(each, bytes))
    assert "canary" not in str({name: each for name, each in stored.items() if not isinstance(each, bytes)})
    assert (kept, current().mail.password) == ("canary-password", "")
    assert current().till.key == "sk_test_canary"
    assert "canary" not in repr(current().said)


def test_what_the_environment_says_wins_and_the_page_says_so(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga(client)
    say(mail_server="smtp.of.the.page", stripe_key="sk_test_page")
    monkeypatch.setitem(app.config, "MAIL_SERVER", "smtp.of.the.environment")
    monkeypatch.setitem(app.config, "STRIPE_SECRET_KEY", "sk_test_environment")

    mail, money = (client.get(f"{SETTINGS}/{each}").text for each in ("mail", "money"))

    assert (current().mail.server, current().till.key) == ("smtp.of.the.environment", "sk_test_environment")
    assert "MAIL_SERVER is set there, and wins" in mail
    assert 'name="mail_server"' not in mail
    assert "STRIPE_SECRET_KEY is set there, and wins" in money
    assert 'name="stripe_key"' not in money


def test_two_owners_at_one_time_do_not_write_over_each_other(client: FlaskClient) -> None:
    olga(client)
    hers = form_of(client, "house")
    say(name="Casa do Paul")

    answer = client.post(f"{SETTINGS}/house", data=hers | {"name": "Casa da Olga"})
    again = client.post(f"{SETTINGS}/house", data=hers | {"name": "Casa do Paul"})

    assert answer.status_code == 409
    assert "Casa do Paul" in text_of(answer)
    assert 'value="Casa da Olga"' in answer.text
    assert (again.status_code, current().name) == (303, "Casa do Paul")


def test_a_secret_whose_key_is_lost_is_said_and_can_be_typed_again(app: Flask, client: FlaskClient) -> None:
    olga(client)
    say(mail_server="smtp.example.org", mail_password="canary")
    with db.engine.begin() as connection:
        connection.execute(
            text("UPDATE house_settings SET mail_password_sealed = :no, version = version + 1"), {"no": b"k009:gone"}
        )
    app.extensions["house"].forget()

    page = client.get("/organise/health")
    save(client, "mail", mail_password="new one")

    assert "A stored secret (mail_password) cannot be opened" in page.text
    assert current().mail.password == "new one"


def test_organisers_find_no_settings(client: FlaskClient) -> None:
    otto(client)

    assert [client.get(f"{SETTINGS}/{each}").status_code for each in ("house", "money", "legal/")] == [404] * 3
    assert client.get(SETTINGS).status_code == 200
