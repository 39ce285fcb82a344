"""`flask people invite`."""

from __future__ import annotations

from retreats.accounts import queries


def test_an_invited_organiser_gets_one_letter_however_often_she_is_invited(app, deliver, post_office):
    run = app.test_cli_runner()

    first = run.invoke(
        args=["people", "invite", "Otto@example.org", "--organiser", "--name", "Otto", "--language", "pt"]
    )
    run.invoke(args=["people", "invite", "otto@example.org", "--organiser"])
    deliver()

    assert first.exit_code == 0
    assert "otto@example.org" in first.output
    assert queries.person_called("otto@example.org").has_role("organiser")
    assert [letter.to for letter in post_office.letters] == ["otto@example.org"]


def test_a_role_and_a_whole_address_are_needed(app):
    run = app.test_cli_runner()

    assert run.invoke(args=["people", "invite", "otto@example.org"]).exit_code == 2
    assert run.invoke(args=["people", "invite", "otto", "--organiser"]).exit_code == 2
