"""What a page promise begins with: texts of ours with blanks, in both languages. They stand in the form until something is saved.

As with the legal pages, words in [[double brackets]] are questions to whoever organises: nothing is published while one is open.
What has no blank is what the house itself does, whoever leads.
"""

from __future__ import annotations

import re

from retreats.db import Localised

BLANK = re.compile(r"\[\[.*?\]\]", re.DOTALL)

BEGINNINGS: dict[str, Localised] = {
    "will_happen": {
        "en": "[[what is done, in two or three sentences: sitting, moving, speaking, being silent]] You may sit out anything, at any "
        "time, without saying why.",
        "pt": "[[o que se faz, em duas ou três frases: estar em silêncio, mexer o corpo, falar]] Pode ficar de fora de qualquer coisa, "
        "a qualquer momento, sem dizer porquê.",
    },
    "will_not_happen": {
        "en": "Nobody has to speak, to show anything or to be touched. [[whether anything is photographed or recorded, and what else "
        "will not happen]]",
        "pt": "Ninguém tem de falar, de mostrar seja o que for ou de ser tocado. [[se há fotografias ou gravações, e o que mais não vai "
        "acontecer]]",
    },
    "may_be_hard": {
        "en": "[[what may be tiring, or may stir something up, said plainly]] You can stop, rest or leave whenever you like.",
        "pt": "[[o que pode cansar ou mexer com alguma coisa, dito com clareza]] Pode parar, descansar ou sair quando quiser.",
    },
    "responsible": {
        "en": "Those who lead it, named on this page, answer for what happens while it lasts. The house answers for your booking, the "
        "place and the money. What you would rather not tell those who lead, you can tell the care contact, who does not lead it.",
        "pt": "Quem facilita, com o nome nesta página, responde pelo que acontece enquanto dura. A casa responde pela sua inscrição, pelo "
        "lugar e pelo dinheiro. O que preferir não dizer a quem facilita, pode dizê-lo à pessoa de contacto para o cuidado, que não "
        "facilita este encontro.",
    },
    "touch_and_consent": {
        "en": "[[whether there is touch, and of which kind]] Nothing of that happens without your yes, and you can take it back at any "
        "moment.",
        "pt": "[[se há toque, e de que género]] Nada disso acontece sem o seu sim, que pode retirar a qualquer momento.",
    },
    "not_well_served": {
        "en": "This gathering does not replace psychotherapy or medical care. [[who may not be well served: an acute crisis, a recent "
        "loss, a condition of the body]] If you are not sure, ask us before you book.",
        "pt": "Este encontro não substitui psicoterapia nem cuidados médicos. [[a quem pode não servir: uma crise aguda, uma perda "
        "recente, uma condição do corpo]] Se tiver dúvidas, pergunte-nos antes de se inscrever.",
    },
    "your_words": {
        "en": "What you hope for and need, and what you say with your name, is read by those who lead this gathering, and answered. What "
        "you say without your name is shown to them only once at least five people have answered, in mixed order, and nothing joins it "
        "to you. What you tell the care contact stays with the care contact. The privacy page says how long each is kept.",
        "pt": "O que espera e de que precisa, e o que diz com o seu nome, é lido por quem facilita este encontro, e tem resposta. O que diz "
        "sem o seu nome só lhes é mostrado quando pelo menos cinco pessoas tiverem respondido, por ordem baralhada, e nada o liga a si. O "
        "que contar à pessoa de contacto para o cuidado fica com essa pessoa. A página da privacidade diz durante quanto tempo cada coisa se guarda.",
    },
}  # fmt: skip
"""By part of the promise."""


def blanks_in(text: Localised | None) -> list[str]:
    """The questions that are still open in it."""
    return [found for said in (text or {}).values() for found in BLANK.findall(said)]
