"""What follows from what: every event of the house, on one page.

Only create_app reads this. An event without a line here cannot be emitted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from retreats import events as e
from retreats.accounts import letters as accounts_letters
from retreats.accounts import service as accounts
from retreats.booking import letters as booking_letters
from retreats.booking import service as booking
from retreats.booking.service import letters_due as due
from retreats.catalogue import service as catalogue
from retreats.catalogue.service import care_there
from retreats.conversation import letters as conversation_letters
from retreats.conversation import service as conversation
from retreats.feedback import before_letters, round_letters
from retreats.feedback import letters as feedback_letters
from retreats.feedback import letters_of_facilitators as facilitators_letters
from retreats.feedback import service as feedback
from retreats.feedback import writing_before as before
from retreats.feedback import writing_letters as loop
from retreats.feedback import writing_of_facilitators as facilitators
from retreats.feedback import writing_round_letters as rounds
from retreats.feedback.service import (
    before_ticks,
    coming_back,
    complaints,
    handing,
    leaving,
    pooling,
    reading_apart,
    resting,
)
from retreats.feedback.service import ticks as loop_ticks
from retreats.health import service as health
from retreats.mail import service as mail
from retreats.mailings import letters as mailings_letters
from retreats.mailings import service as mailings
from retreats.outbox import inside, outside
from retreats.outbox.reaction import Reactions
from retreats.outbox.worker import Tick
from retreats.payments import letters as payments_letters
from retreats.payments import service as payments
from retreats.people import letters as people_letters
from retreats.pictures import service as pictures
from retreats.practices import letters as practices_letters
from retreats.practices import service as practices
from retreats.privacy import keeping
from retreats.privacy import letters as privacy_letters
from retreats.privacy import service as privacy
from retreats.questions import service as questions
from retreats.setting_up import service as setting_up

REACTIONS: Reactions = {
    # letters
    e.LetterWritten: (
        outside(mail.deliver, "letters", lane=lambda event: event.lane, name="mail.deliver", given_up=mail.give_up),
    ),
    e.AddressMarked: (),
    e.AddressCleared: (),
    # the house
    e.HouseClaimed: (),
    e.HouseChanged: (inside(setting_up.let_letters_go),),
    e.TrialOpened: (outside(setting_up.look_later, "money", after=timedelta(minutes=32)),),
    e.TrialPaid: (outside(setting_up.refund_trial, "money"),),
    # catalogue
    e.GatheringDrafted: (),
    e.GatheringCopied: (inside(questions.take_over),),
    e.SeriesBegun: (),
    e.SeriesNamed: (),
    e.GatheringPublished: (inside(feedback.show_changes),),
    e.GatheringChanged: (
        inside(booking.follow_moves),
        inside(booking.tell_promise),
        inside(mailings.after_a_move),
        inside(care_there.look_again),
        inside(reading_apart.look_again, name="feedback.complaint_readers"),
        inside(loop.care_handed_on, name="feedback.care_handed_on"),
    ),
    e.GatheringCancelled: (
        inside(booking.give_everything_back),
        inside(leaving.call_off, name="feedback.call_off"),
    ),
    e.GatheringPostponed: (inside(booking.follow_moves, name="booking.follow_postponed"),),
    e.GatheringResumed: (
        inside(booking.follow_moves, name="booking.follow_resumed"),
        inside(mailings.after_a_move, name="mailings.after_resumed"),
    ),
    e.GatheringStarted: (),
    e.GatheringEnded: (),
    # pictures
    e.VenueChanged: (),
    e.ProfileChanged: (),
    e.PictureLetGo: (inside(pictures.remove, after=timedelta(hours=1)),),
    # questions
    e.FormWritten: (),
    # booking
    e.RegistrationHeld: (inside(due.held, after=timedelta(minutes=5)),),
    e.RegistrationConfirmed: (inside(due.confirmed), inside(loop.offer_intention), inside(mailings.for_latecomers)),
    e.HoldLapsed: (inside(due.lapsed), outside(payments.close_checkout, "money")),
    e.PlaceCancelled: (
        inside(due.cancelled),
        inside(health.let_go),
        inside(practices.let_go, name="practices.let_go"),
        inside(conversation.let_go, name="conversation.let_go"),
        inside(leaving.let_go, name="feedback.let_go"),
        inside(payments.refund_cancelled_place),
        outside(payments.close_outgrown, "money"),
    ),
    e.PlaceUnavailable: (inside(due.unavailable), inside(payments.refund_everything)),
    e.TooMuchPaid: (inside(payments.refund_too_much),),
    e.WaitingListJoined: (inside(due.joined),),
    e.BookingLinkAsked: (inside(due.link_asked),),
    e.RegistrationsExported: (),
    e.ManyChosen: (inside(booking.fan_out),),
    e.ChosenAmongMany: (inside(booking.take_turn),),
    e.BookedByHouse: (inside(due.held, name="booking.held_by_house"),),
    e.ConfirmedUnpaid: (),
    e.HoldExtended: (inside(due.hold_extended),),
    e.AttendeeRenamed: (),
    e.PlaceReaddressed: (
        inside(due.place_readdressed),
        inside(health.let_go, name="health.let_go_of_former"),
        inside(practices.let_go, name="practices.let_go_of_former"),
        inside(conversation.let_go, name="conversation.let_go_of_former"),
        inside(leaving.let_go, name="feedback.let_go_of_former"),
    ),
    e.BookerReaddressed: (inside(due.booker_readdressed),),
    e.BookingLanguageChanged: (),
    e.EntryReworded: (inside(due.entry_reworded),),
    e.LetterSentAgain: (),
    e.HouseNoteWritten: (),
    e.HouseNoteRemoved: (),
    e.AttendanceMarked: (),
    # payments
    e.CheckoutOpened: (),
    e.PaymentUnsure: (outside(payments.ask_stripe, "money"),),
    e.StripeNoticed: (outside(payments.heed, "money"), outside(setting_up.heed, "money")),
    e.PaymentAwaited: (inside(payments_letters.on_awaited),),
    e.PaymentReceived: (inside(lambda event: booking.confirm(event.registration_id), name="booking.confirm"),),
    e.PaymentFailed: (inside(payments_letters.on_failed),),
    e.RefundRequested: (outside(payments.send_refund, "money"),),
    e.RefundMade: (inside(payments_letters.on_refunded),),
    e.RefundFailed: (inside(payments_letters.on_refund_failed),),
    e.PaymentDisputed: (),
    e.PaidByHand: (
        inside(payments_letters.on_paid_by_hand),
        outside(payments.close_outgrown, "money", name="payments.close_paid"),
    ),
    e.RefundedByHand: (inside(payments_letters.on_refunded_by_hand),),
    e.EntryReversed: (inside(payments_letters.on_reversed),),
    # letters to those of a gathering
    e.MailingDrafted: (),
    e.MailingRevised: (),
    e.MailingDiscarded: (),
    e.MailingSent: (inside(mailings.write_letters),),
    e.MailingStopped: (),
    e.TimedLetterSet: (),
    e.TimedLetterHeld: (),
    e.TimedLetterReleased: (),
    e.TimedLetterSkipped: (),
    e.TimedLetterDue: (inside(mailings.write_timed),),
    # accounts
    e.SignInAsked: (inside(accounts_letters.write_sign_in),),
    e.PersonInvited: (inside(accounts_letters.write_invitation), inside(catalogue.introduce)),
    e.InvitationSent: (inside(accounts_letters.write_invited),),
    e.InvitationAccepted: (inside(catalogue.introduce),),
    e.InvitationTakenBack: (),
    e.RoleTaken: (),
    e.PersonDisabled: (inside(complaints.hand_on), inside(care_there.pause)),
    e.PersonEnabled: (inside(care_there.go_on),),
    e.PersonRenamed: (inside(booking.follow_name), inside(catalogue.follow_name)),
    e.AddressChangeAsked: (inside(accounts_letters.write_address_change),),
    e.AddressChanged: (inside(accounts_letters.write_address_changed), inside(booking.follow_address)),
    e.SecondFactorChanged: (inside(accounts_letters.write_second_factor),),
    e.PersonMerged: (
        inside(people_letters.write_merged),
        inside(setting_up.follow_merge),
        inside(complaints.keep_apart),
    ),
    e.ReflectionLinkAsked: (inside(loop.links_again),),
    # feedback
    e.IntentionGiven: (),
    e.NeedMarked: (),
    e.NeedsDue: (inside(loop.needs_due),),
    e.NeedsTold: (inside(loop.needs_told),),
    e.FeedbackOpened: (inside(loop.opened),),
    e.FeedbackReminded: (inside(loop.reminded),),
    e.FeedbackReleased: (inside(loop.released), inside(facilitators.first_readers), outside(feedback.shred, "letters")),
    e.PoolReleased: (outside(feedback.shred, "letters", name="feedback.shred_pooled"),),
    e.ThresholdRaised: (),
    e.FormGivenTime: (),
    e.FormSwitched: (),
    e.FollowUpsChosen: (),
    e.FormRested: (),
    e.FormWentOn: (inside(loop.went_on),),
    e.YearReportPublished: (),
    e.FeedbackHeld: (inside(loop.held),),
    e.BatchOpened: (),
    e.PointAcknowledged: (),
    e.PointAnswered: (),
    e.PointLapsed: (),
    e.ChangeDecided: (),
    e.ChangeMade: (inside(feedback.show_made),),
    e.ChangeShown: (),
    e.DigestDue: (inside(loop.digest),),
    e.ReflectionWritten: (),
    e.CareRaised: (inside(loop.care_raised),),
    e.CareCopyRaised: (inside(loop.care_raised, name="feedback.care_copy_raised"),),
    e.CareUnseen: (inside(loop.care_unseen),),
    e.LoopNudged: (inside(loop.nudged),),
    e.PromisePutOff: (),
    e.CareMoved: (),
    e.CareClosed: (),
    # check-in and follow-ups
    e.CheckInSwitched: (),
    e.CheckInOpened: (inside(rounds.check_in_opened),),
    e.CheckInClosed: (
        inside(rounds.check_in_closed),
        outside(feedback.shred, "letters", name="feedback.shred_check_in"),
    ),
    e.CheckInAnswered: (),
    e.TalkAsked: (inside(rounds.talk_asked),),
    e.TalkHeld: (),
    e.OwnLinkAsked: (inside(rounds.link_again),),
    e.FollowUpOpened: (inside(rounds.follow_up_opened),),
    e.FollowUpReminded: (inside(rounds.follow_up_reminded),),
    e.FollowUpHeld: (inside(rounds.follow_up_held),),
    e.FollowUpReleased: (
        inside(rounds.follow_up_released),
        outside(feedback.shred, "letters", name="feedback.shred_follow_up"),
    ),
    # between and after sessions
    e.PracticeOffered: (),
    e.PracticeRevised: (),
    e.PracticeWithdrawn: (),
    e.PracticeChosen: (),
    e.PracticePlanMoved: (),
    e.RemindersChanged: (),
    e.RemindersDue: (inside(practices_letters.on_reminders_due),),
    e.PracticeShown: (inside(practices_letters.on_shown),),
    e.PracticeTakenBack: (),
    e.PracticeCommented: (inside(practices_letters.on_commented),),
    e.MaterialChanged: (),
    e.PreparationListed: (),
    e.ConversationJoined: (),
    e.ConversationLeft: (),
    e.ConversationWritten: (),
    e.ConversationDigestDue: (inside(conversation_letters.on_digest_due),),
    # the facilitators' half
    e.PointThemed: (),
    e.PointUnthemed: (),
    e.GroupLetterKept: (),
    e.GroupLetterSent: (inside(facilitators.group_letter),),
    e.ReplyTakenBack: (),
    e.PacketSent: (inside(facilitators.packet),),
    e.PacketRevoked: (),
    e.FirstReaderNamed: (inside(facilitators.first_reader),),
    e.FirstReaderLetGo: (),
    e.PointPassedOn: (),
    e.CriticalPutOff: (),
    e.ComeBackAsked: (),
    e.ComeBackDue: (inside(facilitators.come_back),),
    e.DevelopmentKept: (),
    e.EvidenceTaken: (),
    # before booking, preparation, complaints and care
    e.CareContactChanged: (inside(handing.begin_anew, name="feedback.care_begins_anew"),),
    e.BookingPaused: (inside(before.booking_paused),),
    e.BookingWentOn: (),
    e.LoopRulesSet: (),
    e.EarlyQuestionAsked: (inside(before.question_taken), inside(before.question_waits)),
    e.EarlyQuestionAnswered: (inside(before.question_answered),),
    e.EarlyQuestionReturned: (inside(before.question_waits, name="feedback.question_returned"),),
    e.EarlyQuestionWithdrawn: (),
    e.EarlyQuestionLate: (inside(before.question_late),),
    e.PageAnswerPut: (),
    e.PageAnswerTaken: (),
    e.IntentionReminded: (inside(before.intention_reminded),),
    e.NeedsLate: (inside(before.needs_late),),
    e.PreparationDrafted: (),
    e.PreparationSent: (inside(before.note_sent),),
    e.PromiseCarried: (),
    e.PromiseDropped: (),
    e.CareAboutSet: (),
    e.CareWordsReleased: (inside(before.words_released),),
    e.CareWithheld: (),
    e.ComplaintFiled: (inside(before.complaint_filed),),
    e.ComplaintOpened: (),
    e.ComplaintAcknowledged: (inside(before.complaint_moved, name="feedback.complaint_acknowledged"),),
    e.ComplaintAnswered: (inside(before.complaint_moved),),
    e.ComplaintAdded: (inside(before.complaint_added),),
    e.ComplaintWithdrawn: (),
    e.ComplaintLate: (inside(before.complaint_late),),
    # health
    e.HealthAnswersGiven: (),
    e.HealthAnswersRead: (),
    e.HealthConsentWithdrawn: (),
    # privacy
    e.ErasureAsked: (inside(privacy.go_on, name="privacy.begin"),),
    e.ErasureAdvanced: (inside(privacy.go_on),),
    e.ErasureDone: (),
    e.ErasedAgain: (),
    e.KeptNoLonger: (),
    # upkeep
    e.BackupMade: (),
    e.HouseRestored: (),  # its one consequence waits for a person (outbox/stillness.py)
    e.HouseOpenedAgain: (),
}
"""From event to consequences."""

LETTERS: dict[str, mail.Composer] = {
    "accounts.sign_in": accounts_letters.sign_in,
    "accounts.invitation": accounts_letters.invitation,
    "accounts.invited": accounts_letters.invited,
    "accounts.address": accounts_letters.address,
    "accounts.address_changed": accounts_letters.address_changed,
    "accounts.second_factor": accounts_letters.second_factor,
    "people.merged": people_letters.merged,
    "booking.confirmation": booking_letters.confirmation,
    "booking.place_confirmation": booking_letters.place_confirmation,
    "booking.held": booking_letters.held,
    "booking.lapsed": booking_letters.lapsed,
    "booking.link_again": booking_letters.link_again,
    "booking.cancellation": booking_letters.cancellation,
    "booking.place_cancellation": booking_letters.place_cancellation,
    "booking.moved": booking_letters.moved,
    "booking.place_moved": booking_letters.place_moved,
    "booking.promise_changed": booking_letters.promise_changed,
    "booking.place_promise_changed": booking_letters.place_promise_changed,
    "booking.postponed": booking_letters.postponed,
    "booking.place_postponed": booking_letters.place_postponed,
    "booking.readdressed": booking_letters.readdressed,
    "booking.place_readdressed": booking_letters.place_readdressed,
    "booking.entry": booking_letters.entry,
    "booking.left": booking_letters.left,
    "booking.place_unavailable": booking_letters.place_unavailable,
    "booking.waiting": booking_letters.waiting,
    "feedback.intention": feedback_letters.intention,
    "feedback.needs_due": feedback_letters.needs_due,
    "feedback.needs_told": feedback_letters.needs_told,
    "feedback.after": feedback_letters.after,
    "feedback.reminder": feedback_letters.reminder,
    "feedback.look_back": feedback_letters.look_back,
    "feedback.released": feedback_letters.released,
    "feedback.held": feedback_letters.held,
    "feedback.digest": feedback_letters.digest,
    "feedback.link": feedback_letters.link,
    "feedback.care_raised": feedback_letters.care_raised,
    "feedback.care_unseen": feedback_letters.care_unseen,
    "feedback.care_handed_on": feedback_letters.care_handed_on,
    **before_letters.LETTERS,
    "mailings.group": mailings_letters.group,
    "mailings.timed": mailings_letters.timed,
    "mailings.tried": mailings_letters.tried,
    "feedback.nudge": feedback_letters.nudge,
    "feedback.check_in": round_letters.check_in,
    "feedback.check_in_closed": round_letters.check_in_closed,
    "feedback.talk_asked": round_letters.talk_asked,
    "feedback.follow_up": round_letters.follow_up,
    "feedback.follow_up_outcome": round_letters.follow_up_outcome,
    "feedback.follow_up_reminder": round_letters.follow_up_reminder,
    "feedback.follow_up_held": round_letters.follow_up_held,
    "feedback.follow_up_released": round_letters.follow_up_released,
    "practices.reminder": practices_letters.reminder,
    "practices.commented": practices_letters.commented,
    "practices.shown": practices_letters.shown,
    "conversation.digest": conversation_letters.digest,
    "feedback.group_letter": facilitators_letters.group_letter,
    "feedback.packet": facilitators_letters.packet,
    "feedback.first_reader": facilitators_letters.first_reader,
    "feedback.come_back": facilitators_letters.come_back,
    "payments.awaited": payments_letters.awaited,
    "payments.failed": payments_letters.failed,
    "payments.received": payments_letters.received,
    "payments.handed_back": payments_letters.handed_back,
    "payments.corrected": payments_letters.corrected,
    "payments.refunded": payments_letters.refunded,
    "payments.refund_failed": payments_letters.refund_failed,
    "privacy.erasing": privacy_letters.erasing,
}
"""Who composes which letter."""

TICKS: tuple[Tick, ...] = (accounts.forget_old, accounts.forget_changes, catalogue.begin_due, catalogue.end_due, booking.lapse_due, payments.look_again,
                           resting.go_on_due, loop_ticks.steps_due, loop_ticks.verdicts_due, loop_ticks.digests_due, loop_ticks.lapses_due,
                           pooling.pools_due, loop_ticks.care_due, *before_ticks.TICKS, coming_back.come_backs_due,
                           mailings.letters_due, practices.reminders_due, conversation.digests_due,
                           privacy.look_again, keeping.forget_now_and_then)  # fmt: skip
"""What the clock brings about: each is asked what is due now, emits its events, and is asked again until nothing is."""

NEXT_DUE: tuple[Callable[[], datetime | None], ...] = (booking.next_lapse, catalogue.next_turn, resting.next_go_on, loop_ticks.next_step, loop_ticks.next_verdict,
                                                         loop_ticks.next_digest, loop_ticks.next_lapse, loop_ticks.next_care,
                                                         pooling.next_pool, *before_ticks.NEXT_DUE, coming_back.next_come_back,
                                                         mailings.next_letter,
                                                         practices.next_reminder, conversation.next_digest,
                                                         keeping.next_due)  # fmt: skip
"""For the demonstration's clock: each says the next moment (house time) at which its tick would have something to do."""
