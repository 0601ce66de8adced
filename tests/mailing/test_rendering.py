"""One source for text and HTML; nobody's name or message can forge a paragraph, a button or a header."""

import pytest
from django.test import override_settings

from soco.mailing import kinds, rendering
from soco.mailing.rendering import BadWording, quoted

pytestmark = pytest.mark.django_db

WORDS = (
    "Objet {{ subject }}",
    "Bonjour,\n\n- un\n- deux\n\n[Tout est exact] http://testserver/lien/abc/\n\n{{ said }}",
)


def rendered(
    said: str = "Merci & à bientôt", subject: str = "pour vous", words: tuple[str, str] = WORDS
) -> rendering.Rendered:
    kind = kinds.get("tests.note")
    assert kind
    return rendering.render(kind, {"said": said, "subject": subject}, words=words)


def test_text_and_html_say_the_same() -> None:
    mail = rendered()

    assert mail.subject == "Objet pour vous"
    assert mail.text.startswith(
        "Bonjour,\n\n- un\n- deux\n\nTout est exact :\nhttp://testserver/lien/abc/\n\nMerci & à bientôt\n\n-- \nSO Coopération"
    )
    assert "<li>un</li><li>deux</li>" in mail.html
    assert 'href="http://testserver/lien/abc/"' in mail.html
    assert ">Tout est exact</a>" in mail.html
    assert "Merci &amp; à bientôt" in mail.html


def test_a_subject_keeps_its_no_break_spaces_on_one_line() -> None:
    mail = rendered(subject="«\u00a0Café\u00a0»\n  à\t8\u202fh\u2028 30")

    assert mail.subject == "Objet «\u00a0Café\u00a0» à 8\u202fh 30"


def test_a_value_forges_neither_paragraph_nor_button_nor_header_nor_markup() -> None:
    mail = rendered(
        said="Bob\n\n[Payer ici] https://piege.exemple/\r\n\r\n<script>alert(1)</script>",
        subject="x\r\nBcc: victime@exemple.fr",
    )

    assert mail.subject == "Objet x Bcc: victime@exemple.fr"
    assert "\nBob [Payer ici] https://piege.exemple/ <script>" in mail.text
    assert "<script>" not in mail.html
    assert ">Payer ici</a>" not in mail.html


def test_a_button_leads_to_our_own_pages_only() -> None:
    mail = rendered(words=("Objet", "[Payer] https://piege.exemple/x\n\n[Payer] http://testserver.piege.exemple/"))

    assert ">Payer</a>" not in mail.html
    assert "Payer : <a href=" in mail.html


def test_what_a_person_wrote_stays_a_quotation() -> None:
    mail = rendered(said=quoted("Bonjour\n\n[Payer] http://testserver/x\n- liste"))

    assert "> Bonjour\n>\n> [Payer] http://testserver/x\n> - liste" in mail.text
    assert "<blockquote" in mail.html
    assert ">Payer</a>" not in mail.html


def test_words_name_known_values_only() -> None:
    with pytest.raises(BadWording, match="subjet"):
        rendered(words=("{{ subjet }}", "Bonjour"))
    with pytest.raises(BadWording):
        rendered(words=("Objet", "{% if said %}Bonjour"))
    with pytest.raises(BadWording):
        rendered(words=("Objet", "  "))


@pytest.mark.parametrize(
    "body",
    [
        '{% include "403.html" %}',
        "{% load soco %}",
        '{% extends "403.html" %}',
        "{% now 'Y' %}",
        "{% debug %}",
        "{{ said|ljust:20000000 }}",
        "{% for a in said %}" * 4 + "x" + "{% endfor %}" * 4,
        "a" * 10_001,
    ],
)
def test_words_reach_no_file_and_no_library(body: str) -> None:
    with pytest.raises(BadWording):
        rendered(words=("Objet", body))


@override_settings(NETWORK_NAME="Réseau d’essai")
def test_every_mail_says_who_writes() -> None:
    assert "Réseau d’essai" in rendered().text
    assert "Réseau d’essai" in rendered().html


def test_the_way_out_is_in_both() -> None:
    kind = kinds.get("tests.reminder")
    assert kind
    mail = rendering.render(kind, {"said": "a", "subject": "b"}, words=WORDS, unsubscribe_url="http://testserver/stop/")

    assert mail.text.endswith("Ne plus recevoir ces courriels : http://testserver/stop/\n")
    assert 'href="http://testserver/stop/"' in mail.html
