"""The forms of the settings, in the order in which one fills them in."""

from retreats.setting_up.forms.identity import COLOURS, HOUSE
from retreats.setting_up.forms.law import HELP, IMPRINT
from retreats.setting_up.forms.means import MAIL, MONEY, SECURITY
from retreats.setting_up.forms.section import Section

SECTIONS: dict[str, Section] = {each.name: each for each in (HOUSE, COLOURS, MAIL, MONEY, IMPRINT, HELP)}

__all__ = ["SECTIONS", "SECURITY", "Section"]
