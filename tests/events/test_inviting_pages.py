"""The pages of invitations: staff previews, unticks and sends; the invited open their link, register or decline; hostile input
gets a sentence."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from directory.models import Actor
from events import services
from events.enums import Audience, EventStatus, InvitationState
from events.models import Event, EventInvitation
from soco.accounts import roles
from soco.accounts.services import give_role
from soco.mailing.enums import State
from soco.mailing.models import Message
from soco.web import slots
from tests.factories import (
    CommuneFactory,
    DepartementFactory,
    EventFactory,
    EventInvitationFactory,
    GroupFactory,
    GroupMemberFactory,
    MessageFactory,
    RegistrationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
PAU = {"latitude": 43.3, "longitude": -0.37}
NEAR = {"rayon": "30"}


@pytest.fixture
def team(client: Client) -> Client:
    call_command("sync_permissions", verbosity=0)
    user = UserFactory(email="lea@reseau.exemple", second_factor=True)
    give_role(user, roles.TEAM, by=None)
    client.force_login(user)
    return client


@pytest.fixture
def event(db) -> Event:
    return EventFactory(**PAU)


def communes(count: int = 3) -> list[Actor]:
    """Neighbours, each farther than the one before."""
    place = {"departement": DepartementFactory(name="Pyrénées-Atlantiques", code="64"), "longitude": PAU["longitude"]}
    return [
        CommuneFactory(
            name=f"Voisine-{n:04d}", code=f"64{n:03d}" if n < 1000 else f"9{n}", email=f"voisine{n}@mairies.exemple",
            latitude=PAU["latitude"] + 0.0002 * n, **place,
        )
        for n in range(count)
    ]  # fmt: skip


def invite_url(event: Event) -> str:
    return f"{event.get_absolute_url()}inviter/"


def list_url(event: Event) -> str:
    return f"{event.get_absolute_url()}invitations/"


def sent(response: Any, **fields: object) -> dict[str, object]:
    """What the browser sends from a preview, everything left ticked."""
    context = response.context
    seen = [str(line.actor.pk) for line, _ticked in context["lines"]]
    return dict(context["criteria"]) | {
        "liste": context["batch"], "sauf": context["left_out"], "vu": seen, "garder": seen, "geste": "envoyer",
    } | fields  # fmt: skip


# --- preview, untick, send --------------------------------------------------------------------------------------------------
def test_the_preview_says_who_why_and_how_many_are_left_aside_and_changes_nothing(team: Client, event: Event) -> None:
    communes(2)
    CommuneFactory(name="Muette", email="", **PAU)

    page = team.get(invite_url(event), NEAR)

    text = page.content.decode()
    assert [line.label for line, _ticked in page.context["lines"]] == [
        "Voisine-0000 (commune, 64)", "Voisine-0001 (commune, 64)",
    ]  # fmt: skip
    assert "à moins d’un\u00a0km" in text
    assert "1\u00a0: sans adresse électronique" in text
    assert "Envoyer 2 invitations" in text
    assert not EventInvitation.objects.exists() and not Message.objects.exists()


def test_those_left_ticked_are_invited_and_the_same_page_sent_again_sends_nothing(team: Client, event: Event) -> None:
    first, _second, third = communes(3)
    page = team.get(invite_url(event), NEAR)
    posted = sent(page, garder=[str(first.pk), str(third.pk)])

    answers = [team.post(invite_url(event), posted, follow=True) for _click in range(2)]

    assert {row.actor for row in EventInvitation.objects.all()} == {first, third}
    assert Message.objects.count() == 2
    assert "2 invitations partent." in answers[0].content.decode()
    assert "Ces invitations étaient déjà parties" in answers[1].content.decode()


def test_a_double_click_on_a_full_batch_does_not_send_the_next_one(team: Client, event: Event, settings) -> None:
    settings.EVENTS_MOST_INVITATIONS = 2
    communes(5)
    page = team.get(invite_url(event), NEAR)
    assert "Un envoi compte 2 invitations au plus" in page.content.decode()
    assert "Les 3 suivantes" in page.content.decode()

    for _click in range(2):
        team.post(invite_url(event), sent(page))

    assert sorted(EventInvitation.objects.values_list("email", flat=True)) == [
        "voisine0@mairies.exemple", "voisine1@mairies.exemple",
    ]  # fmt: skip


def test_what_is_unticked_stays_so_from_one_page_to_the_next_until_it_is_ticked_again(
    team: Client, event: Event
) -> None:
    rows = communes(60)
    page = team.get(invite_url(event), NEAR)
    seen = [str(row.pk) for row in rows[:50]]
    turned = team.post(invite_url(event), sent(page, geste="", page="2", garder=seen[1:]))

    assert turned.status_code == 302
    second = team.get(turned["Location"])
    assert (second.context["page"].number, second.context["unticked"], second.context["count"]) == (2, 1, 59)
    back = team.get(team.post(invite_url(event), sent(second, geste="", page="1"))["Location"])
    assert [ticked for _line, ticked in back.context["lines"]][:2] == [False, True]
    again = team.get(team.post(invite_url(event), sent(back, geste="", page="1", garder=seen))["Location"])
    assert (again.context["unticked"], again.context["count"]) == (0, 60)
    team.post(invite_url(event), sent(second))
    assert EventInvitation.objects.count() == 59
    assert not EventInvitation.objects.filter(actor=rows[0]).exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"rayon": "1000000000"}, "Le rayon va de 1 à 300 kilomètres."),
        ({"rayon": "-3"}, "Le rayon va de 1 à 300 kilomètres."),
        ({"rayon": "trente"}, "Écrivez un nombre entier de kilomètres"),
        ({"rayon": "9" * 5000}, "Écrivez un nombre entier de kilomètres"),
        ({"pays": "ZZ"}, "Choisissez une valeur de la liste."),
        ({"epci": "' OR 1=1 --"}, "Choisissez une valeur de la liste."),
        ({"departement": "\x00"}, "Choisissez une valeur de la liste."),
        ({"theme": "é" * 300}, "Choisissez une valeur de la liste."),
        ({"rayon": "", "jamais": "on"}, "Dites qui est «\u00a0autour\u00a0»"),
    ],
)
def test_a_criterion_that_means_nothing_is_said_and_kept(team: Client, event: Event, typed: dict, said: str) -> None:
    communes(1)

    for page in (team.get(invite_url(event), typed), team.post(invite_url(event), typed | {"geste": "envoyer"})):
        assert page.status_code == 200
        assert said in page.content.decode()
        assert page.context["around"] is None
    assert not EventInvitation.objects.exists()


def test_a_radius_around_nowhere_is_refused_with_another_way(team: Client) -> None:
    page = team.get(invite_url(EventFactory()), NEAR)

    assert "Le lieu de cet événement n’est pas situé" in page.content.decode()


@pytest.mark.parametrize("field", ["liste", "vu", "garder", "sauf"])
@pytest.mark.parametrize("value", ["zut", "-1", "9" * 400, "1;DROP TABLE", "\x00", "1.5,,2"])
def test_ids_that_are_none_are_ignored(team: Client, event: Event, field: str, value: str) -> None:
    communes(1)
    page = team.get(invite_url(event), NEAR)

    assert team.post(invite_url(event), sent(page, **{field: value})).status_code == 302
    assert team.get(invite_url(event), NEAR | {field: value, "page": value}).status_code == 200


def test_an_event_that_takes_nobody_shows_why_and_no_button(team: Client) -> None:
    event = EventFactory(status=EventStatus.DRAFT, **PAU)
    communes(1)

    page = team.get(invite_url(event), NEAR)
    assert "Publiez d’abord l’événement" in page.content.decode()
    assert 'value="envoyer"' not in page.content.decode()
    refused = team.post(invite_url(event), sent(page))
    assert refused.status_code == 200
    assert not EventInvitation.objects.exists()


def test_a_thousand_candidates_are_shown_page_by_page_in_the_same_number_of_queries(
    team: Client, event: Event, django_assert_max_num_queries
) -> None:
    def asked() -> int:
        with django_assert_max_num_queries(40) as counted:
            assert team.get(invite_url(event), NEAR).status_code == 200
        return len(counted)

    first, *_others = communes(1000)
    Actor.objects.exclude(pk=first.pk).filter(nature="commune").update(is_published=False)
    asked()  # the caches are warm
    alone = asked()
    Actor.objects.update(is_published=True)

    page = team.get(invite_url(event), NEAR)
    assert (page.context["page"].total, len(page.context["lines"]), page.context["count"]) == (1000, 50, 500)
    assert asked() == alone


def test_the_distance_is_said_even_when_it_is_no_criterion(team: Client, event: Event) -> None:
    communes(1)
    CommuneFactory(
        name="Loin", code="64999", latitude=43.3 + 50 / 111.195, longitude=-0.37, email="loin@mairies.exemple"
    )

    text = team.get(invite_url(event), {"departement": "64"}).content.decode()

    assert "département\u00a0: Pyrénées-Atlantiques · moins d’un\u00a0km" in text


# --- rights -----------------------------------------------------------------------------------------------------------------
def test_a_co_chair_reads_who_was_invited_and_does_not_invite(client: Client) -> None:
    chair = GroupMemberFactory(chair=True)
    event = EventFactory(group=chair.group, **PAU)
    EventInvitationFactory(event=event, email="mairie@lescar.exemple")
    client.force_login(chair.user)

    assert "mairie@lescar.exemple" in client.get(list_url(event)).content.decode()
    assert b"mairie@lescar.exemple" in b"".join(client.get(f"{list_url(event)}export.csv"))
    assert "Inviter autour" not in client.get(list_url(event)).content.decode()
    for address in (invite_url(event), f"{invite_url(event)}adresses/", f"{list_url(event)}relancer/"):
        assert client.post(address, NEAR | {"geste": "envoyer", "adresses": "a@exemple.fr"}).status_code == 403
    assert client.get(invite_url(event), NEAR).status_code == 403
    assert EventInvitation.objects.count() == 1


def test_others_read_nothing(client: Client) -> None:
    event = EventFactory(group=GroupFactory())
    client.force_login(GroupMemberFactory(group=event.group).user)

    assert client.get(list_url(event)).status_code == 403
    assert client.get(f"{list_url(event)}export.csv").status_code == 403
    client.logout()
    assert client.get(list_url(event)).status_code == 302


# --- addresses --------------------------------------------------------------------------------------------------------------
def test_addresses_are_typed_one_by_line_and_those_left_aside_are_said(team: Client) -> None:
    event = EventFactory(audience=Audience.INVITED)
    EventInvitationFactory(event=event, email="deja@exemple.fr")

    page = team.post(
        f"{invite_url(event)}adresses/", {"adresses": "un@exemple.fr\r\n DEJA@exemple.fr; deux@exemple.fr"}, follow=True
    )

    text = page.content.decode()
    assert "2 invitations partent." in text
    assert "deja@exemple.fr n’est pas invitée\u00a0: déjà invitée." in text
    assert set(Message.objects.values_list("to_email", flat=True)) == {"un@exemple.fr", "deux@exemple.fr"}


def test_one_wrong_address_stops_all_and_what_was_typed_is_kept(team: Client, event: Event) -> None:
    page = team.post(f"{invite_url(event)}adresses/", {"adresses": "un@exemple.fr\npas-une-adresse"})

    text = page.content.decode()
    assert "Ceci n’est pas une adresse complète\u00a0: «\u00a0pas-une-adresse\u00a0»" in text
    assert "un@exemple.fr\npas-une-adresse</textarea>" in text
    assert not EventInvitation.objects.exists()


@pytest.mark.parametrize("typed", ["", " \n ", "\x00", "a" * 21_000, "x" * 300 + "@exemple.fr", "<script>@x"])
def test_hostile_addresses_get_a_sentence(team: Client, event: Event, typed: str) -> None:
    assert team.post(f"{invite_url(event)}adresses/", {"adresses": typed}).context["form"].errors
    assert not EventInvitation.objects.exists()


# --- the list ---------------------------------------------------------------------------------------------------------------
def test_the_list_says_answers_and_what_became_of_the_mails_and_is_searched(team: Client, event: Event) -> None:
    lescar = CommuneFactory(name="Lescar", code="64335")
    silent = EventInvitationFactory(event=event, actor=lescar, email="mairie@lescar.exemple", reason="à 7\u00a0km")
    declined = EventInvitationFactory(event=event, email="non@exemple.fr", state=InvitationState.DECLINED)
    came = EventInvitationFactory(event=event, email="oui@exemple.fr")
    RegistrationFactory(event=event, invitation=came)
    EventInvitationFactory(email="ailleurs@exemple.fr")
    MessageFactory(about=silent.about, state=State.SENT, sent_at=timezone.now())
    MessageFactory(about=silent.about, state=State.BOUNCED)
    MessageFactory(about=declined.about, state=State.SKIPPED, reason="oppose")

    def shown(**asked: str) -> set[str]:
        return {line.invitation.email for line in team.get(list_url(event), asked).context["lines"]}

    lines = {line.invitation.email: (line.answer, line.mail) for line in team.get(list_url(event)).context["lines"]}
    assert lines == {
        "mairie@lescar.exemple": ("Sans réponse", "revenu en erreur"),
        "non@exemple.fr": ("Déclinée", "non envoyé\u00a0: la personne s’y est opposée"),
        "oui@exemple.fr": ("Inscrite", ""),
    }
    assert shown(etat="inscrite") == {"oui@exemple.fr"}
    assert shown(etat="en-echec") == {"mairie@lescar.exemple"}
    assert shown(q="lèscar") == {"mairie@lescar.exemple"}
    assert shown(q="non@", etat="declinee") == {"non@exemple.fr"}
    assert shown(etat="n’importe", q="\x00") == set(lines)
    text = b"".join(team.get(f"{list_url(event)}export.csv", {"etat": "sans-reponse"})).decode()  # type: ignore[arg-type]
    assert [row.split(",")[:5] for row in text.splitlines()[1:]] == [
        ["Lescar", "64335", "mairie@lescar.exemple", "Sans réponse", "revenu en erreur"]
    ]


def test_the_list_takes_the_same_number_of_queries_for_one_and_three(
    team: Client, event: Event, django_assert_max_num_queries
) -> None:
    team.get(list_url(event))  # the caches are warm
    counts = []
    for more in (1, 2):
        for row in EventInvitationFactory.create_batch(more, event=event):
            row.actor = CommuneFactory()
            row.save()
        with django_assert_max_num_queries(40) as counted:
            team.get(list_url(event))
        counts.append(len(counted))

    assert counts[0] == counts[1]


def test_the_hub_of_an_event_counts_its_invitations(team: Client, event: Event, rf) -> None:
    EventInvitationFactory(event=event, state=InvitationState.DECLINED)
    EventInvitationFactory()
    request = rf.get("/")
    request.user = UserFactory()

    template, context = next(
        block for block in slots.blocks("event.manage", request, event) if "invitation" in block[0]
    )

    assert template == "events/_invitations_block.html"
    assert (context["counts"], context["total"], context["can_invite"]) == (
        {"inscrite": 0, "declinee": 1, "sans-reponse": 0}, 1, False,
    )  # fmt: skip


def test_those_silent_for_a_week_are_reminded_from_the_list_once(team: Client, event: Event) -> None:
    old = EventInvitationFactory(event=event)
    EventInvitation.objects.update(sent_at=timezone.now() - timedelta(days=8))
    EventInvitationFactory(event=event)

    assert "Relancer 1 structure sans réponse" in team.get(list_url(event)).content.decode()
    answers = [team.post(f"{list_url(event)}relancer/", follow=True).content.decode() for _click in range(2)]

    assert "1 relance part." in answers[0]
    assert "Personne n’est à relancer" in answers[1]
    assert [mail.about for mail in Message.objects.all()] == [old.about]
    assert team.get(f"{list_url(event)}relancer/").status_code == 405


def test_a_structure_that_registered_by_another_way_is_no_longer_written_to(team: Client, event: Event) -> None:
    (actor,) = communes(1)
    RegistrationFactory(event=event, actor=actor)

    page = team.get(invite_url(event), NEAR)

    assert "1\u00a0: déjà inscrite" in page.content.decode()
    assert services.candidates(event, page.context["form"].criteria).pks == []
