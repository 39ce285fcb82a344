"""Every point at which a process may be killed, read out of the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from retreats import reactions

PACKAGE = Path(reactions.__file__).parent
ELSEWHERE = ("demo/",)
"""Not the house itself: what only a demonstration does."""


def every_point() -> set[str]:
    """The names under which the house's points are passed."""
    found: set[str] = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE)
        if not str(name).startswith(ELSEWHERE):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found.update(_named(tree), _commits(tree, ".".join(name.with_suffix("").parts).removesuffix(".__init__")))
    return found


def _named(tree: ast.Module) -> Iterator[str]:
    """`faults.point("…")`, and f-strings with all that they can become."""
    for node in ast.walk(tree):
        if _is_call(node, "faults.point"):
            [said] = node.args
            if isinstance(said, ast.Constant):
                yield said.value
            else:
                yield from _expanded(ast.unparse(said), tree)


def _expanded(spelled: str, tree: ast.Module) -> list[str]:
    """Raises LookupError for an f-string of which nobody has said what it can become."""
    before, _, rest = spelled[2:-1].partition("{")
    inner = rest.rstrip("}")
    if inner == "claim.reaction":
        inside = before == "after "
        keys = {each.key for listed in reactions.REACTIONS.values() for each in listed
                if (each.errand == "house") is inside}  # fmt: skip
        return [before + key for key in keys]
    if inner == "ask.__name__":
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and _wears(node, "_call")]
        return [before + call.name for call in calls]
    raise LookupError(f"Say in tests/kill/points.py what {spelled} can become.")


def _commits(tree: ast.Module, module: str) -> Iterator[str]:
    """Every `with writing()` ends in a commit, with a point before and one after it."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.With) and any(_is_call(item.context_expr, "writing") for item in node.items):
                    yield f"before commit {module}.{function.name}"
                    yield f"commit {module}.{function.name}"


def unworn_calls() -> list[str]:
    """Functions that call Stripe without a point before and after it: there must be none."""
    tree = ast.parse((PACKAGE / "payments" / "provider.py").read_text(encoding="utf-8"))
    return [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and "client().v1" in ast.unparse(node) and not _wears(node, "_call")
    ]


def _is_call(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == name


def _wears(function: ast.FunctionDef, name: str) -> bool:
    return any(ast.unparse(each) == name for each in function.decorator_list)


_ONE_COMMIT = "one commit and an answer, as booking.routes.public.register, and nothing outside"
_ONLY_READS = "read by `flask reconcile`, which changes nothing"
_A_COMMAND = "a command of a person, who sees that it ended and types it again"
_INSIDE = (
    "the effect and its delivery are one commit, as for booking.service.letters_due.confirmed; no journey has it yet"
)
NOT_WALKED = {
    "*commit feedback.routes.*": _ONE_COMMIT,
    "*commit practices.routes.*": _ONE_COMMIT,
    "*commit conversation.routes.*": _ONE_COMMIT,
    "after practices.*": _INSIDE,
    "after conversation.*": _INSIDE,
    "*commit upkeep.routes.*": _ONE_COMMIT,
    "*commit setting_up.routes.*": _ONE_COMMIT,
    "* setting_up.service.trials.*": "asked and noted as payments.service does it; no booking and no ledger hangs on it",
    "*setting_up.service.changes.let_letters_go": _INSIDE,
    "*commit accounts.guards.*": _ONE_COMMIT,
    "*commit accounts.routes.address.*": _ONE_COMMIT,
    "*commit accounts.routes.entering.try_code": "the same way in as accounts.routes.entering.enter, by the code instead of the link",
    "*commit accounts.routes.invited.accept_invitation": _ONE_COMMIT,
    "*commit accounts.routes.own.*": _ONE_COMMIT,
    "*commit accounts.routes.proof.*": _ONE_COMMIT,
    "*commit people.routes.*": _ONE_COMMIT,
    "*commit booking.routes.by_house.*": _ONE_COMMIT,
    "*commit booking.routes.correct.*": _ONE_COMMIT,
    "*commit booking.routes.decide.*": _ONE_COMMIT,
    "*commit booking.routes.facilitate.attendance": _ONE_COMMIT,
    "*commit booking.routes.export.export": "it notes who takes the file; a file that breaks off is not complete",
    "*commit booking.routes.listed.*": _ONE_COMMIT,
    "*commit booking.routes.many*": _ONE_COMMIT,
    "*commit booking.routes.manage.cancel_place": "booking.routes.manage.cancel for one place",
    "*commit booking.routes.organise.send_link": _ONE_COMMIT,
    "*commit booking.routes.questions.ask": _ONE_COMMIT,
    "*commit mailings.routes.*": _ONE_COMMIT,
    "*commit payments.routes.organise.*": _ONE_COMMIT,
    "*commit catalogue.routes.organise.begin": _ONE_COMMIT,
    "*commit catalogue.routes.organise.publish": _ONE_COMMIT,
    "*commit catalogue.routes.organise.save": _ONE_COMMIT,
    "*commit catalogue.routes.postpone.*": _ONE_COMMIT,
    "*commit health.routes.*": _ONE_COMMIT,
    "*commit privacy.routes.*": _ONE_COMMIT,
    "*commit catalogue.routes.copy.*": _ONE_COMMIT,
    "*commit catalogue.routes.series.*": _ONE_COMMIT,
    "*commit catalogue.routes.pictures.*": _ONE_COMMIT,
    "*commit catalogue.routes.portraying.*": _ONE_COMMIT,
    "*commit catalogue.routes.profiles.*": _ONE_COMMIT,
    "*commit catalogue.routes.venues.*": _ONE_COMMIT,
    "*commit accounts.cli.*": _A_COMMAND,
    "*commit backup.cli.*": _A_COMMAND,
    "*commit outbox.cli.*": _A_COMMAND,
    "*commit privacy.cli.*": _A_COMMAND,
    "*commit upkeep.cli.*": _A_COMMAND,
    "*commit starting.erase_again": "before anybody is served, and looked for again at each start",
    "* stripe all_*": _ONLY_READS,
    "* stripe disputes_of": _ONLY_READS,
    "* stripe payment": _ONLY_READS,
    "after accounts.letters.write_address_chang*": _INSIDE,
    "after accounts.letters.write_invit*": _INSIDE,
    "after accounts.letters.write_second_factor": _INSIDE,
    "after people.letters.write_merged": _INSIDE,
    "after *.service.people.follow_*": _INSIDE,
    "after setting_up.service.merged.follow_merge": _INSIDE,
    "after booking.service.moves.follow_moves": _INSIDE,
    "after booking.follow_*": _INSIDE,
    "after booking.service.promises.tell_promise": _INSIDE,
    "after questions.service.take_over": _INSIDE,
    "after booking.held_by_house": _INSIDE,
    "after booking.service.many.*": _INSIDE,
    "after booking.service.letters_due.*readdressed": _INSIDE,
    "after booking.service.letters_due.hold_extended": _INSIDE,
    "after booking.service.letters_due.entry_reworded": _INSIDE,
    "*commit booking.routes.discreet.word": _ONE_COMMIT,
    "after catalogue.service.introduce.introduce": _INSIDE,
    "after catalogue.service.care_there.*": _INSIDE,
    "after pictures.service.remove": _INSIDE,
    "after feedback.*": _INSIDE,
    "after mailings.*": _INSIDE,
    "after payments.letters.on_paid_by_hand": _INSIDE,
    "after payments.letters.on_refunded_by_hand": _INSIDE,
    "after payments.letters.on_reversed": _INSIDE,
    "after payments.service.refunds.refund_too_much": _INSIDE,
    "after health.let_go_of_former": _INSIDE,
    "after privacy.*": "each step and its mark are one commit; tests/privacy/test_erasing.py stops after each of them",
    "before done payments.close_paid": "the same as payments.service.watch.close_outgrown, after another event",
    "before done feedback.service.release.shred": "run again after a death: it deletes what is there",
    "before done feedback.shred_*": "the same after a check-in and a follow-up",
}
"""Points that no journey passes, and why. Everything else has to be passed by one of them."""


def excused(points: set[str]) -> set[str]:
    """Those of these points of which NOT_WALKED says why they are not walked."""
    return {point for point in points if any(fnmatchcase(point, line) for line in NOT_WALKED)}


def idle_excuses(points: set[str]) -> list[str]:
    """Lines of NOT_WALKED that excuse nothing any more."""
    return [line for line in NOT_WALKED if not any(fnmatchcase(point, line) for point in points)]
