"""The whole story: a secretary signs up, proves whom she works for, corrects her fiche; staff reads it; everybody sees it."""

import re
from collections.abc import Callable

from django.core import mail
from playwright.sync_api import Page, expect

from directory.models import Actor
from soco.mailing.models import Message
from tests.factories import UserFactory

Open = Callable[..., Page]
FICHE = "/repertoire/limoges-87085/"


def test_from_sign_up_to_the_public_page(open_page: Open, repertoire: Actor) -> None:
    page = open_page(FICHE)

    page.get_by_role("link", name="Je représente cet acteur").click()
    page.get_by_role("link", name="Créer un compte").click()
    page.get_by_label("Prénom").fill("Élodie")
    page.get_by_label("Nom", exact=True).fill("Lefèvre")
    page.get_by_label("Adresse électronique").fill("mairie@limoges.exemple")
    page.get_by_label("Mot de passe").fill("une petite phrase à moi")
    page.get_by_role("button", name="Créer mon compte").click()
    code = re.search(r"\b\d{4}-\d{4}\b", mail.outbox[-1].body)
    assert code
    page.get_by_label("Code reçu par courriel").fill(code[0])
    page.get_by_role("button", name="Confirmer mon adresse").click()

    # She comes back to where she was going.
    page.get_by_label("Votre fonction").fill("Secrétaire générale")
    page.get_by_role("button", name="Représenter cet acteur").click()
    expect(page.get_by_text("Vous représentez désormais Limoges.")).to_be_visible()

    page.goto(page.url.split("/mon-espace/")[0] + FICHE)
    page.get_by_role("link", name="Modifier cette fiche").click()
    page.get_by_label("Courriel").fill("cooperation@limoges.exemple")
    page.get_by_label("Téléphone").fill("05 55 45 60 00")
    page.get_by_label("Tout le reste est exact").check()
    page.get_by_role("button", name="Enregistrer mes changements").click()
    repertoire.refresh_from_db()
    assert (repertoire.phone, repertoire.email) == ("05 55 45 60 00", "mairie@limoges.exemple")

    staff = open_page("/equipe/", user=UserFactory(superuser=True, email="equipe@exemple.fr"))
    staff.get_by_role("link", name="Propositions et signalements").click()
    staff.get_by_role("link", name="Limoges").first.click()
    staff.get_by_label("Accepter").check()
    staff.get_by_role("button", name="Enregistrer mes choix").click()

    visitor = open_page(FICHE)
    fact = visitor.locator(".faits > div").filter(has_text="Courriel")
    expect(fact.get_by_role("link", name="cooperation@limoges.exemple")).to_be_visible()
    fact.locator("summary").click()
    expect(fact).to_contain_text("l’organisme lui-même")
    expect(fact).to_contain_text("vérifié par l’équipe du réseau")
    expect(visitor.locator(".fraicheur--verte").first).to_be_visible()
    thanks = Message.objects.get(kind="directory.proposal_decided")
    assert (thanks.to_email, thanks.state) == ("mairie@limoges.exemple", "sent")
    assert {cookie["name"] for cookie in page.context.cookies()} == {"sessionid", "csrftoken"}
