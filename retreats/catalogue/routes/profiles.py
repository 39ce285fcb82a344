"""How those who lead introduce themselves: their own page for it, and the organiser's for all of them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import current_person, facilitators_only, organisers_only
from retreats.catalogue import queries, service
from retreats.catalogue.forms import profile as form
from retreats.catalogue.forms.differences import Difference, differences
from retreats.catalogue.models import Facilitator
from retreats.catalogue.routes.portraying import Frame
from retreats.db import writing
from retreats.languages import language
from retreats.pictures import choosing
from retreats.reading import Reading, Values, as_values
from retreats.uploads import takes_up_to
from retreats.web import page, seen_other

bp = Blueprint("catalogue_profiles", __name__)


@dataclass(frozen=True)
class Desk:
    """Where a profile is written: `here` is the form, `own` whether it is one's own."""

    slug: str
    here: str
    own: bool

    def found(self) -> Facilitator:
        """Loads it afresh."""
        return queries.facilitator(self.slug)

    def form(
        self, values: Values | None = None, *, errors: dict[str, str] | None = None,
        apart: list[Difference] | None = None, base: str | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        """The page, with the form as it stands or as it was sent."""
        found = self.found()
        return page("catalogue/organise/profile.html", desk=self, facilitator=found, errors=errors or {},
                    values=values or form.stored(found), base=base or form.base(found), apart=apart or [],
                    saved="saved" in request.args, label=form.label, options=form.options(), status=status)  # fmt: skip

    def save(self) -> AnyResponse:
        """Take what was sent; what cannot be saved comes back as it was typed."""
        found, reading, typed = self.found(), Reading(request.form), as_values(request.form)
        profile, base = form.read(reading), request.form.get("base", "")
        if reading.errors:
            return self.form(typed, errors=reading.errors, base=base, status=422)
        try:
            with writing():
                service.change_profile(found.id, profile, still=lambda facilitator: form.base(facilitator) == base)
        except service.EditedMeanwhile:
            apart = differences(form.label, form.stored(self.found()), typed, form.options())
            if apart:
                return self.form(typed, apart=apart, status=409)
        return seen_other(f"{self.here}?saved=yes")

    def frame(self) -> Frame[Facilitator]:
        """The page on which the portrait is chosen."""
        return Frame(
            of=Facilitator,
            found=self.found,
            name=self.found().person.name,
            shape="square",
            here=f"{self.here.rstrip('/')}/picture",
            back=self.here,
            lede=_("One photograph on which one sees the face. It stands beside the name wherever they lead."),
        )


def _own() -> Desk:
    return Desk(queries.facilitator_of(current_person().id).slug, url_for("catalogue_profiles.own"), own=True)


def _theirs(slug: str) -> Desk:
    return Desk(slug, url_for("catalogue_profiles.theirs", slug=slug), own=False)


@bp.get("/facilitate/profile")
@facilitators_only
def own() -> Response:
    """What one says of oneself."""
    return _own().form()


@bp.post("/facilitate/profile")
@facilitators_only
def save_own() -> AnyResponse:
    """Say it otherwise."""
    return _own().save()


@bp.get("/facilitate/profile/picture")
@facilitators_only
def own_picture() -> Response:
    """One's portrait, and the form to choose another."""
    return _own().frame().form()


@bp.post("/facilitate/profile/picture")
@facilitators_only
@takes_up_to(choosing.MOST_OCTETS)
def keep_own_picture() -> AnyResponse:
    """Take a new portrait, or cut and describe the one that stands there anew."""
    return _own().frame().keep()


@bp.post("/facilitate/profile/picture/remove")
@facilitators_only
def remove_own_picture() -> AnyResponse:
    """One's own tile again."""
    return _own().frame().remove()


@bp.get("/organise/facilitators/")
@organisers_only
def everybody() -> Response:
    """Everybody who leads, by name."""
    return page("catalogue/organise/profiles.html", facilitators=queries.facilitators())


@bp.get("/organise/facilitators/new")
@organisers_only
def new() -> Response:
    """Name and address."""
    return page("catalogue/organise/profile_new.html", values={}, errors={})


@bp.post("/organise/facilitators/new")
@organisers_only
def add() -> AnyResponse:
    """Give somebody a page who does not sign in; whoever has one already is found."""
    reading = Reading(request.form)
    name, email = form.read_new(reading)
    if reading.errors:
        return page("catalogue/organise/profile_new.html", values=as_values(request.form), errors=reading.errors,
                    status=422)  # fmt: skip
    try:
        with writing():
            slug = service.present(name, email, language=language()).slug
    except service.AlreadyIntroduced as refusal:
        slug = refusal.slug
    return seen_other(url_for("catalogue_profiles.theirs", slug=slug))


@bp.get("/organise/facilitators/<slug>/")
@organisers_only
def theirs(slug: str) -> Response:
    """What is said of somebody who leads."""
    return _theirs(slug).form()


@bp.post("/organise/facilitators/<slug>/")
@organisers_only
def save_theirs(slug: str) -> AnyResponse:
    """Say it otherwise."""
    return _theirs(slug).save()


@bp.get("/organise/facilitators/<slug>/picture")
@organisers_only
def their_picture(slug: str) -> Response:
    """Their portrait, and the form to choose another."""
    return _theirs(slug).frame().form()


@bp.post("/organise/facilitators/<slug>/picture")
@organisers_only
@takes_up_to(choosing.MOST_OCTETS)
def keep_their_picture(slug: str) -> AnyResponse:
    """Take a new portrait, or cut and describe the one that stands there anew."""
    return _theirs(slug).frame().keep()


@bp.post("/organise/facilitators/<slug>/picture/remove")
@organisers_only
def remove_their_picture(slug: str) -> AnyResponse:
    """Their own tile again."""
    return _theirs(slug).frame().remove()
