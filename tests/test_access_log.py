"""No key of a link stands in the log of the proxy: neither what is after the question mark nor one that is part of a path."""

from __future__ import annotations

import re

from flask import Flask

from tests.conftest import ROOT
from tests.stores import ON_SQLITE

LOG = (ROOT / "deploy" / "nginx-log.conf").read_text(encoding="utf-8")


@ON_SQLITE
def test_every_path_with_a_key_in_it_is_cut_before_the_key(app: Flask) -> None:
    [cut] = re.findall(r'"~(\^\(\?P<way>.*?/)"  "\$way', LOG)
    with_key = [rule.rule for rule in app.url_map.iter_rules() if "token" in rule.arguments]

    logged = {path: found["way"] if (found := re.match(cut, path)) else path for path in with_key}

    assert len(with_key) > 30
    assert {path: said for path, said in logged.items() if "<token>" in said} == {}


def test_a_line_of_the_log_has_no_question_mark_no_referrer_and_no_cookie() -> None:
    [line] = re.findall(r"log_format retreats '(.*?)';", LOG)

    assert "$retreats_path" in line
    assert re.findall(r"\$(?:request\b(?!_)|request_uri|uri|args|query_string|http_\w+|cookie_\w+|is_args)", line) == []


@ON_SQLITE
def test_every_page_reached_by_a_key_keeps_it_from_where_it_leads(app: Flask) -> None:
    client = app.test_client()
    paths = {re.sub(r"<[^>]*>", "21", rule.rule) for rule in app.url_map.iter_rules()
             if "token" in rule.arguments and "GET" in (rule.methods or ())}  # fmt: skip

    answers = {path: client.get(path, base_url=app.config["SITE_URL"]).headers for path in paths}

    assert {path for path, found in answers.items() if found.get("Referrer-Policy") != "no-referrer"} == set()
