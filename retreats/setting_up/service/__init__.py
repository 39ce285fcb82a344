"""The verbs of setting up."""

from retreats.setting_up.service.changes import change, draft_legal, let_letters_go, publish_legal, put_up_logo
from retreats.setting_up.service.claiming import claim
from retreats.setting_up.service.mail_trials import note_mail_trial
from retreats.setting_up.service.merged import follow_merge
from retreats.setting_up.service.trials import (
    TrialUnknown,
    begin_trial,
    heed,
    look_at_trial,
    look_later,
    refund_trial,
    send_to_checkout,
)

__all__ = [
    "TrialUnknown",
    "begin_trial",
    "change",
    "claim",
    "draft_legal",
    "follow_merge",
    "heed",
    "let_letters_go",
    "look_at_trial",
    "look_later",
    "note_mail_trial",
    "publish_legal",
    "put_up_logo",
    "refund_trial",
    "send_to_checkout",
]
