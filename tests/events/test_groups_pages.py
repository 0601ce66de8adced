"""The pages of groups: found, read as far as one may, joined and left."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from events.enums import DocumentAudience, JoinPolicy
from events.enums import MembershipState as State
from events.models import GroupMember
from tests.events.group_pages import address, chaired, named, page
from tests.factories import (
    AttachmentFactory,
    CommuneFactory,
    CountryFactory,
    EventDocumentFactory,
    EventFactory,
    GroupActionFactory,
    GroupFactory,
    GroupMemberFactory,
    ThemeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


# --- the list -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_a_fixed_number_of_queries(client: Client, count: int, django_assert_num_queries: Any) -> None:
    CountryFactory(iso2="DE")
    for group in GroupFactory.create_batch(count, country=True):
        GroupMemberFactory.create_batch(count, group=group)
        EventFactory.create_batch(count, group=group)
    client.get("/groupes/")  # names of countries and themes go to the cache

    with django_assert_num_queries(2):
        response = client.get("/groupes/")

    assert page(response).count('data-testid="resultat"') == count
    assert f"{count} membre" in page(response)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [True, True, False]), ("nature=pays", [True, False, False]), ("pays=europe", [True, False, False]),
        ("pays=DE", [True, False, False]), ("pays=SN", [False, False, False]), ("theme=jumelage", [False, True, False]),
        ("q=eleves", [False, True, False]), ("q=allemagne", [True, False, False]), ("q=introuvable", [False] * 3),
        ("pays=%00&nature=x", [True, True, False]),
    ],
)  # fmt: skip
def test_groups_are_found_by_what_they_are_about_and_given_away_as_found(
    client: Client, query: str, found: list[bool]
) -> None:
    GroupFactory(name="Groupe Allemagne", country=True)
    GroupFactory(name="Groupe Jumelage", presentation="Les élèves et leurs correspondants")
    GroupFactory(name="Groupe caché", hidden=True, country=True)

    shown = page(client.get(f"/groupes/?{query}"))
    exported = b"".join(client.get(f"/groupes/export.csv?{query}")).decode()  # type: ignore[arg-type]

    names = ("Groupe Allemagne", "Groupe Jumelage", "Groupe caché")
    assert named(shown, *names) == found
    assert named(exported, *names) == found


def test_what_was_not_understood_is_said_and_a_wrong_page_never_fails(client: Client) -> None:
    GroupFactory()

    text = page(client.get("/groupes/?nature=bidule&page=99&tri=hasard"))

    assert "nature=bidule" in text
    assert "tri=hasard" in text
    assert "La page 99 n’existe pas" in text


def test_the_counts_beside_filters_are_those_of_the_answers(client: Client) -> None:
    for iso2 in ("DE", "SN"):
        CountryFactory(iso2=iso2)
    GroupFactory(country=True, country_codes=["DE", "SN"])
    GroupFactory(country=True, country_codes=["SN"])
    GroupFactory()

    facets = client.get("/groupes/?nature=pays").context["facets"]

    counts = {facet.name: {option.value: option.count for option in facet.options} for facet in facets}
    assert counts == {"nature": {"pays": 2, "theme": 1}, "pays": {"europe": 1, "SN": 2, "DE": 1}}


def test_htmx_gets_the_part_that_the_page_holds(client: Client) -> None:
    GroupFactory(name="Groupe Allemagne", country=True)

    whole = client.get("/groupes/?pays=DE")
    part = client.get("/groupes/?pays=DE", headers={"HX-Request": "true"})

    assert page(part).strip() in page(whole)
    assert "<html" not in page(part)
    assert "HX-Request" in part["Vary"]


def test_an_empty_list_says_what_comes_and_what_to_give_up(client: Client) -> None:
    nothing = page(client.get("/groupes/"))
    GroupFactory()

    assert "Aucun groupe n’existe encore" in nothing
    loosened = page(client.get("/groupes/?pays=SN")).replace("\u00a0", " ")
    assert "sans le filtre « Pays » : 1 groupe" in loosened


def test_the_order_by_next_meeting_counts_only_those_that_will_take_place(client: Client) -> None:
    later, sooner, none = (GroupFactory(name=name) for name in ("A plus tard", "B bientôt", "C jamais"))
    now = timezone.now()
    EventFactory(group=later, starts_at=now + timedelta(days=20))
    EventFactory(group=sooner, starts_at=now + timedelta(days=5))
    for said in ({"cancelled": True}, {"draft": True}, {"postponed": True}, {"past": True}):
        EventFactory(group=none, **({"starts_at": now + timedelta(days=1)} | said if "past" not in said else said))

    rows = client.get("/groupes/?tri=prochaine-reunion").context["page"].rows

    assert [group.name for group in rows] == ["B bientôt", "A plus tard", "C jamais"]
    assert rows[2].next_meeting_at is None


# --- one group ------------------------------------------------------------------------------------------------------------
def test_people_are_named_to_all_only_if_they_agreed_and_published_actors_always(client: Client) -> None:
    group, actor = GroupFactory(), CommuneFactory(name="Jonzac")
    discreet = GroupMemberFactory(group=group, user__last_name="Discret", actor=actor, chair=True).user
    GroupMemberFactory(group=group, user__last_name="Visible", is_listed=True)
    GroupMemberFactory(group=group, user__last_name="Masqué", actor=CommuneFactory(name="Ailleurs", hidden=True))
    GroupMemberFactory(group=group, user__last_name="Attend", pending=True, is_listed=True)
    GroupMemberFactory(group=group, user__last_name="Parti", state=State.LEFT, is_listed=True)
    names = ("Discret", "Visible", "Masqué", "Jonzac", "Ailleurs", "Attend", "Parti")

    public = page(client.get(address(group)))
    client.force_login(UserFactory())
    stranger = page(client.get(address(group)))
    client.force_login(discreet)
    inside = page(client.get(address(group)))

    assert named(public, *names) == named(stranger, *names) == [False, True, False, True, False, False, False]
    assert "Et 1 personne qui n’a pas choisi" in public
    assert named(inside, *names) == [True, True, True, True, True, False, False]


def test_meetings_documents_and_actions_are_told_to_each_as_far_as_they_may_read(client: Client) -> None:
    group = GroupFactory()
    EventFactory(group=group, title="La suite")
    past = EventFactory(group=group, title="Le début", past=True)
    draft = EventFactory(group=group, draft=True, title="Pas encore")
    EventDocumentFactory(event=past, kind="compte-rendu", title="Compte rendu du début")
    EventDocumentFactory(event=draft, title="Fichier du brouillon")
    EventDocumentFactory(event=None, group=group, title="Pour les membres", audience=DocumentAudience.REGISTERED)
    EventDocumentFactory(event=None, group=group, title="Entre nous", audience=DocumentAudience.ORGANISERS)
    EventDocumentFactory(title="D’un autre événement")
    GroupActionFactory(group=group, title="Écrire au préfet", owner="Zoé Lefèvre", due_on=date(2020, 1, 1))
    people = {
        "public": None,
        "member": GroupMemberFactory(group=group).user,
        "chair": GroupMemberFactory(group=group, chair=True).user,
    }
    names = (
        "La suite", "Le début", "Compte rendu du début", "Écrire au préfet", "en retard : attendue le 1er janvier 2020",
        "Pour les membres", "Zoé Lefèvre", "Entre nous", "Pas encore", "Fichier du brouillon", "D’un autre événement",
    )  # fmt: skip

    seen = {}
    for who, user in people.items():
        client.logout()
        if user:
            client.force_login(user)
        seen[who] = sum(named(page(client.get(address(group))).replace("\u00a0", " "), *names))

    assert seen == {"public": 5, "member": 7, "chair": 10}


def test_countries_and_themes_lead_to_their_pages_and_the_group_may_be_followed(client: Client) -> None:
    CountryFactory(iso2="DE")
    ThemeFactory(code="jumelage", name="Jumelage")
    group = GroupFactory(country=True, theme_codes=["jumelage", "disparu"])

    text = page(client.get(address(group)))

    ends = ("/pays/de/", "/themes/jumelage/", address(group, "agenda.ics"), address(group, "agenda.atom"))
    assert named(text, *(f'href="{end}"' for end in ends)) == [True] * 4
    assert [client.get(end).status_code for end in ends[2:]] == [200, 200]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_a_fixed_number_of_queries(client: Client, count: int, django_assert_num_queries: Any) -> None:
    group = GroupFactory()
    for _ in range(count):
        GroupMemberFactory(group=group, actor=CommuneFactory(), is_listed=True)
        event = EventFactory(group=group, past=True)
        EventFactory(group=group)
        EventDocumentFactory(event=event)
        GroupActionFactory(group=group, event=event)
    client.get(address(group))

    with django_assert_num_queries(7):
        client.get(address(group))


def test_a_hidden_group_is_read_by_its_members_and_the_team_alone(client: Client) -> None:
    group = GroupFactory(hidden=True)
    people = [
        None,
        UserFactory(),
        GroupMemberFactory(group=group, pending=True).user,
        GroupMemberFactory(group=group).user,
    ]
    people.append(UserFactory(superuser=True))

    codes = []
    for user in people:
        if user:
            client.force_login(user)
        codes.append(client.get(address(group)).status_code)

    assert codes == [404, 404, 404, 200, 200]


# --- joined and left ------------------------------------------------------------------------------------------------------
def test_somebody_joins_for_the_actor_they_represent_and_for_no_other(client: Client) -> None:
    group, actor = GroupFactory(), CommuneFactory(name="Jonzac")
    user = AttachmentFactory(accepted=True, actor=actor).user
    AttachmentFactory(user=user)  # asked for only
    client.force_login(user)

    form = page(client.get(address(group, "rejoindre/")))
    wrong = client.post(address(group, "rejoindre/"), {"actor": str(CommuneFactory().pk), "message": "Bonjour à tous"})
    assert ("pour Jonzac" in form, wrong.status_code, "Bonjour à tous" in page(wrong)) == (True, 200, True)
    assert not GroupMember.objects.exists()

    for _ in range(2):
        sent = client.post(
            address(group, "rejoindre/"), {"actor": str(actor.pk), "message": "Bonjour", "is_listed": "on"}, follow=True
        )
    member = GroupMember.objects.get()
    assert (member.user, member.actor, member.is_listed, member.state) == (user, actor, True, State.PENDING)
    assert "attend la réponse des coprésidents" in page(sent)


def test_one_joins_alone_an_open_group_says_whether_their_name_is_read_and_leaves(client: Client) -> None:
    group, user = GroupFactory(join_policy=JoinPolicy.OPEN), UserFactory()
    client.force_login(user)

    client.post(address(group, "rejoindre/"), {})
    member = GroupMember.objects.get()
    assert (member.state, member.actor, member.is_listed) == (State.ACCEPTED, None, False)
    client.post(address(group, "mon-nom/"), {"is_listed": "on"})
    member.refresh_from_db()
    assert member.is_listed
    asked = client.get(address(group, "quitter/"))
    member.refresh_from_db()
    assert (asked.status_code, member.state) == (200, State.ACCEPTED)
    client.post(address(group, "quitter/"))
    member.refresh_from_db()
    assert member.state == State.LEFT
    assert client.get(address(group, "quitter/")).status_code == 404
    assert client.get(address(group, "mon-nom/")).status_code == 403


def test_a_visitor_is_led_to_sign_in_and_a_member_to_the_group(client: Client) -> None:
    member = GroupMemberFactory()

    visitor = client.get(address(member.group, "rejoindre/"))
    client.force_login(member.user)

    assert visitor["Location"].startswith("/compte/")
    assert client.get(address(member.group, "rejoindre/"))["Location"] == address(member.group)


def test_the_last_co_chair_is_told_why_they_may_not_leave(client: Client) -> None:
    group = chaired(client)

    answer = client.post(address(group, "quitter/"))

    assert "dernière personne qui copréside" in page(answer)
    assert GroupMember.objects.chairs().count() == 1
