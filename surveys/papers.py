"""What questionnaires put on paper: the copy of a collectivité's answers, the form to fill by hand."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from qrcode.main import QRCode

from directory.models import Actor
from soco.web import typesetting
from soco.web.templatetags.soco import day, hour, moment
from surveys.condition_words import words as condition_words
from surveys.enums import QuestionKind
from surveys.models import Invitation, Respondent, Response
from surveys.outline import Outline, Question

FOLDER = Path(__file__).with_name("typst")


def receipt(response: Response, actor: Actor, parts: Iterable[dict[str, Any]], *, now: datetime) -> bytes:
    """The copy of the answers of `actor`, as a PDF. `parts`: {« section », « answers »: (question, lines in words)}."""
    words = {
        "document_title": _("Réponses\u00a0: %(name)s") % {"name": actor.name},
        "network": settings.NETWORK_NAME,
        "made_on": _("Établie le %(day)s à %(hour)s") % {"day": day(now), "hour": hour(now)},
        "title": response.wave.title,
        "lines": [
            _("Réponses\u00a0: %(name)s") % {"name": actor.name},
            _("Envoyées\u00a0: %(when)s") % {"when": moment(response.submitted_at)},
        ],
        "parts": [
            {
                "title": part["section"].title,
                "answers": [{"question": question.label, "lines": lines} for question, lines in part["answers"]],
            }
            for part in parts
            if part["answers"]
        ],
        "page": _("Page"),
    }
    return typesetting.pdf(FOLDER / "reponses.typ", words, now=now)


REPEATED = 3  # blocks of a repeated group on paper
BLANK = {
    QuestionKind.TEXT: 1,
    QuestionKind.LONG: 5,
    QuestionKind.THEME: 1,
    QuestionKind.ACTOR: 1,
    QuestionKind.COUNTRY: 1,
}
NUMBERS = (QuestionKind.INTEGER, QuestionKind.AMOUNT, QuestionKind.YEAR, QuestionKind.DATE)


def blank_form(
    invitation: Invitation, outline: Outline, *, respondent: Respondent | None = None, now: datetime
) -> bytes:
    """The questionnaire to fill by hand, with what tells whose it is; the link of `respondent`, to answer on a screen instead."""
    wave = invitation.wave
    link = settings.SITE_URL + respondent.get_absolute_url() if respondent else ""
    data = {
        "document_title": _("Questionnaire\u00a0: %(name)s") % {"name": invitation.actor.name},
        "network": settings.NETWORK_NAME,
        "reference": _("Référence %(number)s") % {"number": reference_of(invitation)},
        "title": outline.title,
        "lines": [
            _("Pour\u00a0: %(name)s, à renvoyer avant le %(day)s")
            % {"name": invitation.actor.name, "day": day(wave.closes_on)},
            _("À\u00a0: %(who)s") % {"who": ", ".join(filter(None, [wave.contact_name, wave.contact_email]))},
            *([_("Ou sur un écran, avec ce code.")] if link else []),
        ],
        "code": _matrix(link) if link else [],
        "code_label": _("Code du lien de ce questionnaire"),
        "parts": [
            {
                "title": section.title,
                "questions": [
                    each for question in section.questions for each in _printed(question, outline, section.visible_if)
                ],
            }
            for section in outline.sections
        ],
        "page": _("Page"),
    }
    return typesetting.pdf(FOLDER / "formulaire.typ", data, now=now)


def reference_of(invitation: Invitation) -> str:
    """What staff looks for to type a paper that came back: the code of the collectivité."""
    return f"{invitation.wave.slug} / {invitation.actor.code}"


def _matrix(text: str) -> list[list[bool]]:
    code = QRCode(border=0)
    code.add_data(text)
    return [[bool(dark) for dark in row] for row in code.get_matrix()]


def _printed(question: Question, outline: Outline, of_section: str) -> list[dict[str, Any]]:
    """A question as lines of the form; a repeated group is its questions, as often as there is room for."""
    if question.kind == QuestionKind.KNOWN:
        return []
    if question.kind == QuestionKind.REPEAT:
        head = _line(question, outline, of_section)
        blocks = [
            _line(each, outline, "") | {"code": f"{each.code} ({number})"}
            for number in range(1, min(question.most or REPEATED, REPEATED) + 1)
            for each in question.questions
        ]
        return [head, *blocks]
    return [_line(question, outline, of_section)]


def _line(question: Question, outline: Outline, of_section: str) -> dict[str, Any]:
    kind = question.kind
    conditions = [condition_words(said, outline) for said in (of_section, question.visible_if) if said]
    notes = [_("Répondez %(condition)s.") % {"condition": said} for said in conditions]
    notes += [question.help] if question.help else []
    if question.most and kind != QuestionKind.REPEAT:
        notes.append(_("%(n)s réponses au plus.") % {"n": question.most})
    if kind == QuestionKind.RANKING:
        notes.append(_("Écrivez 1, 2, 3… devant vos choix."))
    if kind == QuestionKind.SCALE and question.ends:
        notes.append(_("De 1, %(low)s, à 5, %(high)s.") % {"low": question.ends[0], "high": question.ends[1]})
    labels = [str(n) for n in range(1, 6)] if kind == QuestionKind.SCALE else [each.label for each in question.choices]
    labels += [_("ne sait pas")] if question.has_unknown else []
    contact = [_("Nom"), _("Fonction"), _("Courriel"), _("Téléphone")] if kind == QuestionKind.CONTACT else []
    return {
        "code": question.code,
        "label": question.label,
        "notes": notes,
        "rows": [row.label for row in question.rows],
        "columns": labels if question.rows else [],
        "choices": [] if question.rows else labels,
        "parts": contact,
        "blank": BLANK.get(kind, 1 if kind in NUMBERS else 0),
    }
