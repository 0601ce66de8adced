"""The story of a town-hall secretary: her address proves whom she works for, and her space shows it; every page is accessible."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Permission
from playwright.sync_api import Page, expect

from directory.models import Actor, Attachment
from directory.notifications import invitation_link
from tests.e2e.browsing import home_of, sign_in
from tests.factories import AttachmentFactory, InvitationFactory, UserFactory

Open = Callable[..., Page]


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_from_the_fiche_to_my_space(open_page: Open, repertoire: Actor, javascript: bool) -> None:
    page = open_page("/repertoire/limoges-87085/", javascript=javascript)
    sign_in(page, UserFactory(email="mairie@limoges.exemple", first_name="Dominique", last_name="Petit"))
    page.reload()

    page.get_by_role("link", name="Je représente cet acteur").click()
    expect(page.get_by_text("Votre adresse est l’adresse publique de cet acteur")).to_be_visible()
    page.get_by_label("Votre fonction").fill("Secrétaire générale")
    page.get_by_role("button", name="Représenter cet acteur").click()

    expect(page.get_by_role("status").filter(has_text="Vous représentez désormais Limoges.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Limoges")
    page.get_by_label("Adresse électronique de votre collègue").fill("collegue@limoges.exemple")
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_role("heading", name="Invitations sans réponse")).to_be_visible()

    page.goto(home_of(page) + "/mon-espace/")
    structure = page.get_by_role("region", name="Mes structures")
    expect(structure.get_by_role("link", name="Limoges", exact=True)).to_be_visible()
    expect(structure.get_by_text("vous êtes le référent principal")).to_be_visible()


PAGES = {
    "demande": "/repertoire/saint-leonard-de-noblat-87161/representer/",
    "contact": "/repertoire/limoges-87085/contacter/",
    "contact-visiteur": "/repertoire/limoges-87085/contacter/",
    "structure": "/mon-espace/structures/{mine}/",
    "quitter": "/mon-espace/structures/{mine}/quitter/",
    "retirer": "/mon-espace/structures/{mine}/referents/{colleague}/retirer/",
    "attente": "/mon-espace/structures/{waiting}/",
    "espace": "/mon-espace/",
    "invitation": "{invitation}",
    "liste": "/equipe/rattachements/",
    "decision": "/equipe/rattachements/{waiting}/",
    "fiche": "/repertoire/limoges-87085/",
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_are_accessible_and_reflow(open_page: Open, repertoire: Actor, name: str, width: int) -> None:
    user = UserFactory(staff=True, first_name="Dominique", last_name="Petit")
    user.user_permissions.add(Permission.objects.get(codename="review_attachment"))
    mine = AttachmentFactory(actor=repertoire, user=user, accepted=True, is_principal=True, function="Secrétaire")
    colleague = AttachmentFactory(actor=repertoire, accepted=True, function="Adjointe au maire")
    outdated = Actor.objects.get(code="87187")
    AttachmentFactory(actor=outdated, user=user, accepted=True)
    message = "Je suis la nouvelle adjointe. Le standard peut confirmer."
    waiting = AttachmentFactory(actor=Actor.objects.get(code="248719312"), user=user, message=message)
    invited = InvitationFactory(actor=repertoire, invited_by=user)
    to_me = InvitationFactory(actor=outdated, email=user.email)
    link = "/lien/" + invitation_link(to_me).rpartition("/lien/")[2]
    path = PAGES[name].format(mine=mine.pk, colleague=colleague.pk, waiting=waiting.pk, invitation=link)
    page = open_page("/", width=width)
    if name != "contact-visiteur":
        sign_in(page, user)

    page.goto(home_of(page) + path)

    violations = (
        Axe()
        .run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        .response["violations"]
    )
    assert [(found["id"], [node["target"] for node in found["nodes"]]) for found in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert Attachment.objects.count() == 4
    assert invited.is_open
