"""On paper: the form to fill by hand, the copy of the answers."""

import io

import pytest
from pypdf import PdfReader

from surveys import papers, services
from surveys.enums import Channel
from surveys.services.answering import Author

pytestmark = pytest.mark.django_db


def text_of(content):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def test_the_form_says_whose_it_is_and_asks_every_question(client, asked):
    answer = client.get(f"{asked.get_absolute_url()}formulaire.pdf")
    said = text_of(answer.content)
    assert "Aubusson" in said and papers.reference_of(asked.invitation) in said
    for code in ("Q1", "Q7", "Q13x (2)", "Q22", "Q43"):
        assert f"{code}." in said, code
    assert "pays_aide" not in said  # nobody types what the répertoire knows


def test_a_condition_is_said_in_words(client, asked):
    assert "Où en est votre action extérieure" in text_of(
        client.get(f"{asked.get_absolute_url()}formulaire.pdf").content
    )


def test_it_is_accessible_and_in_french(client, asked):
    reader = PdfReader(io.BytesIO(client.get(f"{asked.get_absolute_url()}formulaire.pdf").content))
    assert reader.trailer["/Root"]["/Lang"].startswith("fr") and "/StructTreeRoot" in reader.trailer["/Root"]


def test_the_copy_says_the_answers_and_not_those_of_hidden_questions(client, asked):
    author = Author(Channel.MAIL, asked.email)
    said = {
        "Q1": {"nom": "Aubusson", "acteur": None},
        "Q5": "jamais",
        "Q9": ["moyens"],
        "Q19": "moins_1",
        "Q42": "Merci ≠ 北",
    }
    services.save_page(asked.invitation, said, seen=0, author=author)
    services.submit(asked.invitation, author=author)
    copy = text_of(client.get(f"{asked.get_absolute_url()}reponses.pdf").content)
    assert "les moyens manquent" in copy and "Budget annuel" not in copy and "Merci" in copy
