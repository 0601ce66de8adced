"""What groups say elsewhere: whom to invite and how, pages of countries, themes and actors, « Mon espace », « Mes données »."""

from typing import Any

import pytest
from django.test import Client

from directory.models import Actor
from events import services
from events.enums import MembershipState as State
from events.models import Group, GroupMember
from soco.accounts.models import User
from soco.mailing import addresses, kinds
from soco.mailing.models import Message
from soco.web import registries
from tests.factories import (
    AttachmentFactory,
    CommuneFactory,
    CountryFactory,
    GroupActionFactory,
    GroupFactory,
    GroupMemberFactory,
    JumelageFactory,
    PartnerFactory,
    ThemeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
KIND = "events.group_invitation"


def twinned(name: str, country: str = "DE", **said: Any) -> Actor:
    """A commune with a jumelage there."""
    actor = CommuneFactory(name=name, **{"email": f"{name.lower()}@exemple.fr"} | said)
    JumelageFactory(collectivite=actor, partner=PartnerFactory(foreign=True, country=CountryFactory(iso2=country)))
    return Actor.objects.get(pk=actor.pk)


def names(found: list[services.Suggestion]) -> list[str]:
    return sorted(each.actor.name for each in found)


def page(response: Any) -> str:
    return str(response.content.decode())


# --- who could join -------------------------------------------------------------------------------------------------------
def test_suggested_are_those_who_cooperate_there_and_never_were_asked_nor_in() -> None:
    group = GroupFactory(country=True)
    twinned("Pau")
    twinned("Dakar-sur-Adour", country="SN")
    twinned("Cachée", hidden=True)
    CommuneFactory(name="Sans jumelage")
    for state in State:
        GroupMemberFactory(group=group, actor=twinned(f"Ville {state.value}"), state=state)
    GroupMemberFactory(actor=twinned("Ailleurs"))  # in another group

    found = services.suggestions(group, 20)

    assert names(found) == ["Ailleurs", "Pau"]
    assert {each.countries for each in found} == {("DE",)}


def test_a_group_about_themes_suggests_by_themes() -> None:
    group = GroupFactory(theme_codes=["eau-assainissement"])
    actor = CommuneFactory(name="Pau")
    JumelageFactory(collectivite=actor, theme_codes=["eau-assainissement"])
    JumelageFactory(collectivite=CommuneFactory(name="Dax"), theme_codes=["sport"])

    assert names(services.suggestions(group, 20)) == ["Pau"]


@pytest.mark.parametrize("count", [1, 3])
def test_suggestions_ask_two_queries(count: int, django_assert_num_queries: Any) -> None:
    group = GroupFactory(country=True)
    for number in range(count):
        twinned(f"Ville{number}")

    with django_assert_num_queries(2):
        assert len(services.suggestions(group, 20)) == count


def test_an_invitation_leaves_once_to_the_people_of_an_actor_or_to_its_public_address() -> None:
    group, alone, held = GroupFactory(country=True), twinned("Pau"), twinned("Dax")
    user = AttachmentFactory(accepted=True, actor=held).user

    first = services.invite_actors(group, [alone, held], by="chair@exemple.fr")
    again = services.invite_actors(group, [alone, held], by="autre@exemple.fr")

    sent = Message.objects.of_kind(KIND)
    assert sorted(sent.values_list("to_email", flat=True)) == sorted(["pau@exemple.fr", user.email])
    assert set(sent.values_list("category", "reply_to")) == {("service", "chair@exemple.fr")}
    assert (first.written, again.written, sorted(again.known)) == (2, 0, ["Dax", "Pau"])
    assert not GroupMember.objects.exists()


def test_who_opposes_or_cannot_be_reached_is_told_and_nothing_leaves() -> None:
    group, opposed, silent = GroupFactory(country=True), twinned("Pau"), twinned("Dax", email="")
    addresses.oppose("pau@exemple.fr", "service")

    told = services.invite_actors(group, [opposed, silent], by="chair@exemple.fr")

    assert told == services.ActorsInvited(0, (), ("Pau",), ("Dax",))
    assert not Message.objects.exists()


def test_a_fictitious_group_invites_nobody() -> None:
    with pytest.raises(services.EventsError, match="fictif"):
        services.invite_actors(GroupFactory(country=True, demo=True), [twinned("Pau")], by="chair@exemple.fr")

    assert not Message.objects.exists()


def test_an_invitation_says_what_is_shared_and_nothing_once_the_actor_is_in() -> None:
    group, actor = GroupFactory(country=True, name="Groupe Allemagne"), twinned("Pau")
    services.invite_actors(group, [actor], by="chair@exemple.fr")
    message = Message.objects.get()
    kind: Any = kinds.get(KIND)

    said = kind.context(message.params)
    GroupMemberFactory(group=group, actor=actor)

    assert (said["shared"], said["actor"]) == ("Allemagne", "Pau")
    with pytest.raises(kinds.NotRelevant):
        kind.context(message.params)


def test_a_co_chair_chooses_whom_to_invite_among_those_suggested_only(client: Client) -> None:
    group, wanted, other = GroupFactory(country=True), twinned("Pau"), twinned("Dakar-sur-Adour", country="SN")
    client.force_login(GroupMemberFactory(group=group, chair=True).user)
    address = f"{group.get_absolute_url()}gerer/inviter/"

    nobody = client.post(address, {})
    stranger = client.post(address, {"actors": [str(wanted.pk), str(other.pk)]})
    assert "Cochez au moins un acteur" in page(nobody)
    assert (stranger.status_code, Message.objects.count()) == (200, 0)
    sent = client.post(address, {"actors": [str(wanted.pk)]}, follow=True)

    assert "1 acteur est invité" in page(sent)
    assert "invité le" in page(sent)
    assert f'value="{wanted.pk}"' not in page(sent)


# --- on other pages -------------------------------------------------------------------------------------------------------
def test_countries_themes_and_actors_name_their_published_groups(client: Client) -> None:
    CountryFactory(iso2="DE")
    ThemeFactory(code="jumelage", name="Jumelage")
    actor = CommuneFactory()
    about_country = GroupFactory(name="Groupe Allemagne", country=True)
    about_theme = GroupFactory(name="Groupe Écoles")
    hidden = GroupFactory(name="Groupe caché", country=True, theme_codes=["jumelage"], hidden=True)
    for group in (about_theme, hidden):
        GroupMemberFactory(group=group, actor=actor)
    GroupMemberFactory(group=about_country, actor=actor, pending=True)

    seen = {
        address: [group.name in page(client.get(address)) for group in (about_country, about_theme, hidden)]
        for address in ("/pays/de/", "/pays/europe/", "/themes/jumelage/", actor.get_absolute_url())
    }

    assert seen == {
        "/pays/de/": [True, False, False],
        "/pays/europe/": [True, False, False],
        "/themes/jumelage/": [False, True, False],
        actor.get_absolute_url(): [False, True, False],
    }


def my_space(client: Client, user: User) -> str:
    client.force_login(user)
    return page(client.get("/mon-espace/"))


def test_my_space_shows_my_groups_and_suggests_those_that_suit_my_actors(client: Client) -> None:
    user = AttachmentFactory(accepted=True, actor=twinned("Pau")).user
    asked = AttachmentFactory(actor=twinned("Dax")).user  # speaks for nobody yet
    mine = GroupFactory(name="Groupe Écoles")
    GroupMemberFactory(group=mine, user=user)
    suiting, other = GroupFactory(name="Groupe Allemagne", country=True), GroupFactory(name="Groupe Sénégal")
    Group.objects.filter(pk=other.pk).update(kind="pays", country_codes=["SN"])
    GroupFactory(name="Groupe caché", country=True, hidden=True)
    left = GroupFactory(name="Groupe quitté", country=True)
    GroupMemberFactory(group=left, user=user, state=State.LEFT)

    shown = my_space(client, user)

    found = [name in shown for name in (mine.name, suiting.name, other.name, "Groupe caché", left.name)]
    assert found == [True, True, False, False, False]
    assert suiting.name not in my_space(client, asked)
    assert not GroupMember.objects.filter(group=suiting).exists()


def test_my_space_tells_a_co_chair_who_waits(client: Client) -> None:
    group = GroupFactory(name="Groupe Écoles")
    chair, member = GroupMemberFactory(group=group, chair=True).user, GroupMemberFactory(group=group).user
    GroupMemberFactory.create_batch(2, group=group, pending=True)

    words = "2 personnes demandent à rejoindre"
    assert (words in my_space(client, chair), words in my_space(client, member)) == (True, False)


# --- « Mes données » ------------------------------------------------------------------------------------------------------
def entry() -> registries.PersonalData:
    return next(each for each in registries.personal_data() if each.code == "events.groups")


def test_a_person_takes_away_what_groups_know_of_them_and_of_nobody_else() -> None:
    member = GroupMemberFactory(pending=True, message="Bonjour", group__name="Groupe Écoles")
    GroupMemberFactory(message="Autre")

    rows = list(entry().export(member.user))

    assert [(row["groupe"], row["message"], row["etat"]) for row in rows] == [("Groupe Écoles", "Bonjour", "Demandée")]


def test_erased_a_person_is_in_no_group_and_named_in_no_mail_to_its_co_chairs() -> None:
    group = GroupFactory()
    chair = GroupMemberFactory(group=group, chair=True).user
    user = UserFactory(first_name="Zoé", last_name="Lefèvre")
    services.ask_to_join(group, user)
    GroupActionFactory(group=group, owner="Zoé Lefèvre")
    Message.objects.of_kind("events.group_request").update(text="Zoé Lefèvre demande à rejoindre le groupe.")

    said = entry().erase(user)

    assert "sans votre nom" in said
    assert list(GroupMember.objects.values_list("user", flat=True)) == [chair.pk]
    assert "Lefèvre" not in Message.objects.get(to_email=chair.email).text
    assert entry().erase(UserFactory()) == ""


def test_what_is_over_is_purged_after_a_year() -> None:
    purge = next(each for each in registries.purges() if each.code == "events.group_members")

    assert purge.run(False) == 0
    GroupMemberFactory(state=State.LEFT, decided_at="2020-01-01T00:00:00Z")
    assert (purge.run(False), purge.run(True), GroupMember.objects.count()) == (1, 1, 0)
