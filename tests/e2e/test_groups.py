"""A group told in a browser: a member asks, its co-chair accepts and notes what was decided; with or without script."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from playwright.sync_api import Page, expect

from directory.models import Actor
from events.enums import MembershipState as State
from events.models import Group, GroupAction, GroupMember
from tests.e2e.browsing import home_of, session_of, sign_in
from tests.factories import (
    AttachmentFactory,
    CountryFactory,
    EventDocumentFactory,
    EventFactory,
    GroupActionFactory,
    GroupFactory,
    GroupMemberFactory,
    JumelageFactory,
    PartnerFactory,
    ThemeFactory,
    UserFactory,
)

Open = Callable[..., Page]


@pytest.fixture
def group(repertoire: Actor) -> Group:
    """The groupe pays about Germany, with one co-chair, a past and a coming meeting."""
    germany = CountryFactory(iso2="DE")
    ThemeFactory(code="jumelage", name="Jumelage")
    JumelageFactory(collectivite=repertoire, partner=PartnerFactory(foreign=True, country=germany))
    made = GroupFactory(
        country=True, name="Groupe Allemagne", slug="groupe-allemagne", theme_codes=["jumelage"],
        summary="Celles et ceux qui ont un jumelage en Allemagne.", presentation="Nous nous retrouvons trois fois par an.",
    )  # fmt: skip
    GroupMemberFactory(group=made, chair=True, user__email="chair@exemple.fr", user__first_name="Inès", is_listed=True)
    past = EventFactory(group=made, past=True, title="Réunion de mai")
    EventFactory(group=made, title="Réunion d’hiver")
    EventDocumentFactory(event=past, kind="compte-rendu", title="Compte rendu de mai")
    GroupActionFactory(group=made, title="Dresser la liste des écoles", due_on="2020-01-01", event=past)
    return made


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_a_member_asks_the_chair_accepts_and_notes_an_action(
    open_page: Open, repertoire: Actor, group: Group, javascript: bool
) -> None:
    member = AttachmentFactory(accepted=True, actor=repertoire, user__email="zoe@exemple.fr").user
    page = open_page("/groupes/", javascript=javascript, user=member)
    page.get_by_label("Chercher un groupe").fill("allemagne")
    page.get_by_role("main").get_by_role("button", name="Chercher").click()
    expect(page.get_by_test_id("nombre")).to_have_text("1")
    page.get_by_role("link", name="Groupe Allemagne").click()
    page.get_by_role("link", name="Demander à rejoindre").click()
    expect(page.get_by_label("pour Limoges")).to_be_checked()
    page.get_by_label("Votre message").fill("Nous avons un jumelage avec Fürth.")
    page.get_by_role("button", name="Envoyer ma demande").click()
    expect(page.get_by_text("attend la réponse des coprésidents")).to_be_visible()
    assert GroupMember.objects.get(user=member).state == State.PENDING

    page.context.clear_cookies()
    sign_in(page, GroupMember.objects.chairs().get().user)
    page.goto(home_of(page) + "/mon-espace/")
    page.get_by_role("link", name="Répondre pour").click()
    expect(page.get_by_test_id("demande")).to_contain_text("Nous avons un jumelage avec Fürth.")
    page.get_by_role("button", name="Accepter").click()
    expect(page.get_by_text("Personne n’attend de réponse")).to_be_visible()
    page.get_by_role("link", name="Noter une action").click()
    page.get_by_role("button", name="Noter l’action").click()
    expect(page.get_by_role("alert").first).to_contain_text("Ce que vous avez tapé est gardé")
    page.get_by_label("action").fill("Écrire au consulat")
    page.get_by_label("qui s’en charge").fill("Limoges")
    page.get_by_role("button", name="Noter l’action").click()
    page.get_by_role("listitem").filter(has_text="Écrire au consulat").get_by_role("button", name="C’est fait").click()
    expect(page.get_by_role("status").filter(has_text="L’action est faite")).to_be_visible()
    assert GroupAction.objects.get(title="Écrire au consulat").done_at
    accepted = [message for message in mail.outbox if message.to == ["zoe@exemple.fr"]]
    assert [message.subject for message in accepted] == ["Vous êtes membre du groupe «\u00a0Groupe Allemagne\u00a0»"]


def test_one_joins_with_the_keyboard_alone(open_page: Open, group: Group) -> None:
    Group.objects.update(join_policy="libre")
    user = UserFactory()
    page = open_page(group.get_absolute_url(), user=user)

    page.get_by_role("link", name="Rejoindre", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rejoindre le groupe")
    page.get_by_label("J’accepte que mon nom soit lu par tous").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Vous êtes membre de ce groupe")).to_be_visible()
    assert GroupMember.objects.get(user=user).is_listed


def test_filters_swap_the_list_and_come_back(open_page: Open, group: Group) -> None:
    GroupFactory(name="Groupe Écoles")
    page = open_page("/groupes/")

    page.get_by_label("Allemagne").check()
    expect(page.get_by_test_id("nombre")).to_have_text("1")
    expect(page.get_by_role("link", name="Groupe Écoles")).to_have_count(0)
    page.go_back()
    expect(page.get_by_test_id("nombre")).to_have_text("2")


ADDRESSES = (
    "/groupes/", "/groupes/?q=introuvable", "{group}", "{group}rejoindre/", "{group}quitter/", "{group}mon-nom/", "{group}gerer/",
    "{group}gerer/modifier/", "{group}gerer/membres/{asked}/", "{group}gerer/membres/{chair}/", "{group}gerer/actions/",
    "{group}gerer/documents/", "{group}gerer/inviter/", "/equipe/groupes/", "/equipe/groupes/nouveau/", "/mon-espace/",
    "/pays/de/", "/themes/jumelage/", "{actor}",
)  # fmt: skip


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)], ids=["bureau", "telephone"])
def test_the_pages_are_accessible_and_reflow(
    open_page: Open, repertoire: Actor, group: Group, width: int, dark: bool
) -> None:
    user = UserFactory(superuser=True)
    mine = GroupMemberFactory(group=group, chair=True, user=user)
    AttachmentFactory(accepted=True, actor=repertoire, user=user)
    asked = GroupMemberFactory(group=group, pending=True, message="Bonjour")
    joining = GroupFactory(name="Un autre groupe", theme_codes=["jumelage"])
    values = {
        "group": group.get_absolute_url(), "asked": asked.pk, "chair": mine.pk, "actor": repertoire.get_absolute_url(),
    }  # fmt: skip
    page = open_page("/", width=width, dark=dark)
    page.context.add_cookies([session_of(user, home_of(page))])  # type: ignore[list-item]
    found = {}
    for address in (*ADDRESSES, f"{joining.get_absolute_url()}rejoindre/"):
        answer = page.goto(home_of(page) + address.format(**values))
        assert answer
        assert answer.status == 200, address
        violations = Axe().run(page).response["violations"]
        wrong = [(violation["id"], [node["target"] for node in violation["nodes"][:3]]) for violation in violations]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wrong.append(("sideways", [page.evaluate("document.documentElement.scrollWidth")]))
        if wrong:
            found[address] = wrong

    assert found == {}
