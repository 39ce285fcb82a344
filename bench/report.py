"""The results in words: each figure with its range, beside what was aimed at."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.booking import Counted, Load, Rush, median
from bench.pages import Visit
from retreats import clock

FINDINGS = Path(__file__).parent / "findings.md"
ATTACK = Path(__file__).parent / "attack.md"
"""What `python -m tests.feedback.attack` found: it takes minutes, and is written down by hand."""


@dataclass
class Results:
    """Everything that one run found."""

    machine: str
    rounds: int
    starts: list[float] = field(default_factory=list)
    starts_of_gunicorn: list[float] = field(default_factory=list)
    counted: list[Counted] = field(default_factory=list)
    loads: dict[int, list[Load]] = field(default_factory=dict)
    rushes: list[Rush] = field(default_factory=list)
    memory: dict[str, tuple[float, float]] = field(default_factory=dict)
    visit: Visit | None = None
    pages: list[tuple[float, float]] = field(default_factory=list)
    listening: str = ""


def machine() -> str:
    """Where it ran, and how busy it was with other things."""
    one, five, _fifteen = os.getloadavg()
    return (f"{psutil.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB, {platform.system()}, "
            f"Python {platform.python_version()}; load average at the start {one:.1f} (5 minutes: {five:.1f})")  # fmt: skip


def written(results: Results) -> str:
    """The page."""
    sections = [_head(results), _booking(results), _rush(results), _page(results), _visit(results), _start(results)]
    said = [results.listening, ATTACK.read_text(encoding="utf-8")]
    return "\n".join([*sections, *said, FINDINGS.read_text(encoding="utf-8")])


def _head(results: Results) -> str:
    return (
        f"# What it costs\n\n`make bench`, {clock.real_now():%d %B %Y}: {results.machine}.\n\n"
        "PostgreSQL with durable commits, gunicorn with two gthread workers, one worker, a mail server, and the people\n"
        "themselves share these cores, so times are an upper bound and only ratios within one run mean something.\n"
        f"Figures are medians of {results.rounds} rounds, with their range in brackets.\n"
    )


def _booking(results: Results) -> str:
    rows = [f"| {people} | {_of(loads, lambda load: load.rate)} | {_of(loads, lambda load: load.percentile(0.5))} "
            f"| {_of(loads, lambda load: load.percentile(0.95))} | {_of(loads, lambda load: load.percentile(0.99))} "
            f"| {_of(loads, lambda load: load.each(load.web))} | {_of(loads, lambda load: load.each(load.worker))} "
            f"| {_of(loads, lambda load: load.each(load.postgres))} | {_of(loads, lambda load: load.drained)} |"
            for people, loads in results.loads.items()]  # fmt: skip
    steps = [f"| {each.step} | {each.statements} | {each.transactions} |" for each in results.counted]
    asked = sum(each.statements for each in results.counted[:4])
    return "\n".join([
        "## A complete free booking: page, form, post, confirmation\n",
        ("| people at once | bookings/s | p50 ms | p95 ms | p99 ms | web CPU ms | worker CPU ms | PostgreSQL CPU ms "
        "| letters out after s |"),
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *rows,
        "\nCPU is for one booking, all processes of its kind together.\n",
        "| step | statements | transactions |\n| --- | --- | --- |",
        *steps,
        (f"\n4 requests and {asked} statements until the confirmation is read. Aimed at: 25 ms of CPU, 4 requests, "
        "25 statements.\n"),
    ])  # fmt: skip


def _rush(results: Results) -> str:
    seconds = median([each.seconds for each in results.rushes])
    sold = ", ".join(
        f"{rows} rows and a counter of {counter}" for rows, counter in (each.sold for each in results.rushes)
    )
    return (f"## 300 people at once for 24 places\n\nEverybody had an answer after {seconds} s. Sold: {sold}. Answers: "
            f"{results.rushes[-1].answers}. Aimed at: 2 s, exactly 24.\n")  # fmt: skip


def _page(results: Results) -> str:
    ratio = median([ours / bare for ours, bare in results.pages])
    return (f"## A gathering's page beside a bare Flask route\n\nThroughput of the page / throughput of a bare route "
            f"with a template of fifty links, same gunicorn: {ratio} "
            f"({median([ours for ours, _bare in results.pages])} and {median([bare for _ours, bare in results.pages])} "
            f"requests/s). Aimed at: 0.5.\n")  # fmt: skip


def _visit(results: Results) -> str:
    if results.visit is None:
        return "## A first visit\n\nNot measured: there is no Chromium here.\n"
    listed = ", ".join(f"{address} {size / 1000:.1f} kB" for address, size in results.visit.loaded)
    return (f"## A first visit to a gathering's page, without pictures\n\n{len(results.visit.loaded)} requests, "
            f"{results.visit.size / 1000:.0f} kB uncompressed with headers: {listed}. Aimed at: 8 requests, 100 kB.\n")  # fmt: skip


def _start(results: Results) -> str:
    held = ", ".join(f"{name} {rss:.0f} ({pss:.0f})" for name, (rss, pss) in results.memory.items())
    return (f"## Start and memory\n\nFrom nothing imported to the first answer, in one process: {median(results.starts)} s; "
            f"gunicorn, from the command to its first answer: {median(results.starts_of_gunicorn)} s. Aimed at: 1 s.\n\n"
            f"After the load, in MB, resident (and with shared pages counted in part, PSS): {held}. Aimed at: 120 MB.\n")  # fmt: skip


def _of(loads: list[Load], figure: Callable[[Load], float]) -> str:
    return median([figure(load) for load in loads])
