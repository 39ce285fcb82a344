"""The organisers' desk: every gathering, with names and addresses."""

from retreats.accounts.guards import organisers_only
from retreats.catalogue import service as catalogue
from retreats.mailings.routes.desk import Desk, blueprint

bp = blueprint(
    Desk("mailings_organise", "/organise/gatherings/<slug>", organisers_only, catalogue.opened, is_house=True)
)
