"""People who write one draft at the same moment, on connections of their own: every question is kept, no text is lost silently."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from django.db import connection

from surveys import editing
from surveys.editing import mark_of, part_of
from surveys.models import Questionnaire
from surveys.outline import Outline, outline_of
from surveys.services import StaleError, change_draft, save_draft
from tests.factories.surveys import TWO_PAGES

WRITERS = 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("codes", "kept"), [(("Q1", "Q2", "Q3", ""), 4), (("Q3",) * WRITERS, 1)], ids=["apart", "same"]
)
def test_what_is_saved_at_once_is_kept_or_refused(codes: tuple[str, ...], kept: int) -> None:
    seen = save_draft(outline_of(TWO_PAGES), by="lea@exemple.fr").outline
    together = Barrier(WRITERS)

    def written(outline: Outline, code: str, text: str) -> Outline:
        question = outline.question(code)
        if question is None:
            return editing.with_head(outline, title=text, intro="")
        return editing.replace_question(outline, code, replace(question, label=text))

    def save(writer: int) -> str:
        code, text = codes[writer], f"Texte {writer}"
        try:
            together.wait(timeout=10)
            change_draft(
                "essai",
                lambda now: written(now, code, text),
                of=lambda now: part_of(now, code),
                seen=mark_of(part_of(seen, code)),
                by="lea@exemple.fr",
            )
        except StaleError:
            return ""
        else:
            return text
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as threads:
        texts = [text for text in threads.map(save, range(WRITERS)) if text]

    outline = Questionnaire.objects.get().outline
    assert len(texts) == kept
    assert set(texts) <= {outline.title, *(question.label for question in outline.questions())}
