"""Needs that staff note, hand over and treat together: the services, the pages, what hostile browsers send."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from directory import perms, services
from directory.enums import NeedHeard, NeedState, Source
from directory.models import Need
from directory.need_blocks import LATE, LONG_WAITS
from directory.services import DirectoryError
from soco.accounts import roles
from soco.accounts.models import User
from soco.accounts.services import give_role
from tests.directory.pages import text_of
from tests.directory.test_attachments_at_once import at_once
from tests.factories import CommuneFactory, NeedFactory, PartnerFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST, NEW = "/equipe/besoins/", "/equipe/besoins/nouveau/"
TODAY = timezone.localdate()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def colleague(role: str = roles.TEAM, **names: str) -> User:
    user = UserFactory(second_factor=True, **names)
    give_role(user, role, by=None)
    return user


@pytest.fixture
def paul(db) -> Client:
    """A voltigeur, signed in."""
    call_command("sync_permissions", stdout=io.StringIO())
    client = Client()
    client.user = colleague(roles.FIELD, email="paul@reseau.exemple", first_name="Paul", last_name="Blanc")
    client.force_login(client.user)
    return client


@pytest.fixture
def lea(paul: Client) -> User:
    return colleague(email="lea@reseau.exemple", first_name="Léa", last_name="Petit")


def told(need: Need) -> tuple[str, Any, Any]:
    need.refresh_from_db()
    return need.state, need.owner, need.due_on


# --- note ---------------------------------------------------------------------------------------------------------------------
def typed(client: Client, query: str = "", **changed: str) -> dict[str, str]:
    """The form as the page gives it, then filled."""
    page = text_of(client.get(NEW + query))
    once = re.search(r'name="once" value="([^"]+)"', page).group(1)
    return {"once": once, "label": "Une formation", "heard": "mail", "owner": str(client.user.pk)} | changed


def test_a_voltigeur_notes_a_need_heard_at_a_counter(paul: Client) -> None:
    actor, service = CommuneFactory(name="Limoges"), ServiceFactory(code="formations")
    page = text_of(paul.get(f"{NEW}?acteur={actor.slug}"))
    assert re.search(r'<input[^>]*name="actor"[^>]*value="Limoges \(commune, \d+\)"|value="Limoges \(commune', page)

    posted = typed(paul, actor="Limoges", heard="entretien", service="formations", detail="Au printemps.")
    answer = paul.post(NEW, posted | {"due_on": TOMORROW.isoformat()}, follow=True)

    need = Need.objects.get()
    assert answer.redirect_chain == [(need.get_absolute_url(), 302)]
    assert (need.actor, need.label, need.service, need.detail) == (actor, "Une formation", service, "Au printemps.")
    assert (need.source, need.source_words, *told(need)) == (
        *(Source.STAFF, "un entretien"),
        *(NeedState.IN_HAND, paul.user, TOMORROW),
    )
    assert "un entretien" in text_of(answer)


def test_a_partner_asks_too_and_nobody_may_follow_it_yet(paul: Client) -> None:
    partner = PartnerFactory(name="Les amis de Fürth")

    paul.post(NEW, typed(paul, actor="Les amis de Fürth", owner=""))

    need = Need.objects.get()
    assert (need.actor.pk, need.service, *told(need)) == (partner.pk, None, NeedState.NEW, None, None)


def test_a_page_sent_twice_notes_one_need_and_changed_another(paul: Client) -> None:
    CommuneFactory(name="Limoges")
    posted = typed(paul, actor="Limoges")

    pages = [paul.post(NEW, posted)["Location"] for _twice in range(2)]
    paul.post(NEW, posted | {"label": "Un conseil"})

    assert pages[0] == pages[1]
    assert sorted(Need.objects.values_list("label", flat=True)) == ["Un conseil", "Une formation"]


@pytest.mark.django_db(transaction=True)
def test_the_same_page_sent_three_times_at_once_is_one_need() -> None:
    actor = CommuneFactory()

    results = at_once(*[lambda: services.note_need(actor, "Un conseil", NeedHeard.CALL, once="abc:1").pk] * 3)

    assert set(results) == {Need.objects.get().pk}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"actor": ""}, "Dites qui demande."),
        ({"actor": "Nulle-Part"}, "Aucune fiche du répertoire ne porte ce nom."),
        ({"actor": "Limo\x00ges"}, "Le caractère nul n’est pas autorisé"),
        ({"label": " "}, "Dites ce qui est demandé."),
        ({"label": "a\x00b"}, "Le caractère nul n’est pas autorisé"),
        ({"label": "x" * 201}, "au plus 200 caractères"),
        ({"heard": "pigeon"}, "Sélectionnez un choix valide"),
        ({"service": "inconnu"}, "Sélectionnez un choix valide"),
        ({"owner": "0"}, "elle doit pouvoir suivre les besoins"),
        ({"owner": "zz"}, "elle doit pouvoir suivre les besoins"),
        ({"owner": "9" * 40}, "elle doit pouvoir suivre les besoins"),
        ({"due_on": YESTERDAY.isoformat()}, "Cette échéance est déjà passée"),
        ({"due_on": "0001-01-01"}, "Cette échéance est déjà passée"),
        ({"due_on": "9999-12-31"}, "Cette échéance n’est pas plausible"),
        ({"due_on": "demain"}, "Saisissez une date valide"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(paul: Client, changed: dict[str, str], sentence: str) -> None:
    CommuneFactory(name="Limoges")

    answer = paul.post(NEW, typed(paul, **{"actor": "Limoges", "detail": "Gardé."} | changed))

    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert "Gardé.</textarea>" in text_of(answer)
    assert not Need.objects.exists()


def test_a_member_of_staff_who_may_not_follow_is_no_owner(paul: Client) -> None:
    CommuneFactory(name="Limoges")
    other = UserFactory(staff=True)

    answer = paul.post(NEW, typed(paul, actor="Limoges", owner=str(other.pk)))

    assert "elle doit pouvoir suivre les besoins" in text_of(answer)


def test_a_fiche_that_no_longer_exists_asks_for_nothing() -> None:
    with pytest.raises(DirectoryError, match="cette fiche n’existe plus"):
        services.note_need(CommuneFactory(closed=True), "Un conseil", NeedHeard.MAIL, once="abc:1")

    assert not Need.objects.exists()


@pytest.mark.parametrize("query", ["?acteur=inconnu", "?acteur=%00", "?acteur=" + "a" * 3000])
def test_no_address_breaks_the_page(paul: Client, query: str) -> None:
    assert paul.get(NEW + query).status_code == 200


# --- hand over ----------------------------------------------------------------------------------------------------------------
def test_those_who_may_follow_needs_are_the_team_the_voltigeurs_and_the_administrators(paul: Client, lea: User) -> None:
    admin = UserFactory(superuser=True, last_name="Alaoui")
    UserFactory(staff=True)
    UserFactory()
    gone = colleague(email="parti@reseau.exemple")
    User.objects.filter(pk=gone.pk).update(is_active=False)

    assert list(perms.need_followers()) == [admin, paul.user, lea]


def test_a_need_is_handed_to_a_colleague_once(lea: User) -> None:
    need = NeedFactory()

    assert [services.assign_need(need, lea) for _twice in range(2)] == [True, False]
    assert told(need) == (NeedState.IN_HAND, lea, None)


def test_what_is_refused(paul: Client, lea: User) -> None:
    taken, closed, new = NeedFactory(in_hand=True, owner=lea), NeedFactory(answered=True), NeedFactory()
    gone = colleague(email="parti@reseau.exemple")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    service = ServiceFactory(code="veille")

    for gesture, sentence in (
        (lambda: services.assign_need(taken, paul.user), "Léa Petit suit déjà ce besoin"),
        (lambda: services.assign_need(closed, lea), "déjà clos"),
        (lambda: services.assign_need(new, gone), "le compte de cette personne est fermé"),
        (lambda: services.sort_need(closed, service), "déjà clos"),
    ):
        with pytest.raises(DirectoryError, match=sentence):
            gesture()
    assert told(new) == (NeedState.NEW, None, None)


@pytest.mark.django_db(transaction=True)
def test_two_people_assign_at_once_and_the_second_is_told() -> None:
    need, users = NeedFactory(), UserFactory.create_batch(2, staff=True)

    results = at_once(*[lambda user=user: services.assign_need(need, user) for user in users])

    assert sorted(str(result)[:4] for result in results) == ["Rien", "True"]


def test_the_page_hands_over_and_changes_the_service(paul: Client, lea: User) -> None:
    need = NeedFactory()
    ServiceFactory(code="veille", name="Une veille")

    handed = paul.post(need.get_absolute_url(), {"geste": "confier", "colleague": lea.pk, "suivi": ""}, follow=True)
    sorted_ = paul.post(need.get_absolute_url(), {"geste": "service", "service": "veille"}, follow=True)

    assert "Le besoin est confié." in text_of(handed)
    assert "Le service qui y répond est enregistré." in text_of(sorted_)
    assert told(need) == (NeedState.IN_HAND, lea, None)
    assert need.service_id == "veille"
    assert services.sort_need(need, None) is True
    assert services.sort_need(need, None) is False


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"geste": "confier"}, "Choisissez la personne à qui confier ce besoin."),
        ({"geste": "confier", "colleague": "999999"}, "elle doit pouvoir suivre les besoins"),
        ({"geste": "service", "service": "inconnu"}, "Sélectionnez un choix valide"),
    ],
)
def test_a_foreign_id_stays_on_the_page(paul: Client, posted: dict[str, str], sentence: str) -> None:
    need = NeedFactory()

    answer = paul.post(need.get_absolute_url(), posted)

    assert (answer.status_code, told(need)[0]) == (200, NeedState.NEW)
    assert sentence in text_of(answer)


# --- several at a time --------------------------------------------------------------------------------------------------------
def test_ticked_needs_are_taken_handed_and_planned(paul: Client, lea: User) -> None:
    first, second = NeedFactory(), NeedFactory(in_hand=True, owner=lea)
    boxes = [f"{first.pk}-", f"{second.pk}-{lea.pk}"]

    taken = paul.post(f"{LIST}?etat=tous", {"geste": "prendre", "besoin": boxes}, follow=True)
    assert taken.redirect_chain == [(f"{LIST}?etat=tous", 302)]
    assert "2 besoins sont mis à jour." in text_of(taken)
    assert [told(need)[1] for need in (first, second)] == [paul.user, paul.user]

    planned = {"geste": "echeance", "besoin": boxes, "lot_echeance": TOMORROW.isoformat()}
    paul.post(LIST, planned)
    assert [told(need)[2] for need in (first, second)] == [TOMORROW, TOMORROW]
    assert "2 l’étaient déjà." in text_of(paul.post(LIST, planned, follow=True))

    paul.post(LIST, {"geste": "confier", "besoin": [f"{first.pk}-{paul.user.pk}"], "lot_personne": lea.pk})
    assert [told(need)[1] for need in (first, second)] == [lea, paul.user]


def test_what_one_need_refuses_does_not_stop_the_others(paul: Client, lea: User) -> None:
    new, closed, taken = NeedFactory(), NeedFactory(answered=True), NeedFactory(in_hand=True, owner=lea)

    boxes = [f"{need.pk}-" for need in (new, closed, taken)] + ["999999-"]
    page = text_of(paul.post(LIST, {"geste": "prendre", "besoin": boxes}, follow=True))

    assert "1 besoin est mis à jour." in page
    assert "ce besoin est déjà clos (répondu)" in page
    assert "Léa Petit suit déjà ce besoin" in page
    assert [told(need)[0] for need in (new, closed, taken)] == ["en_cours", "repondu", "en_cours"]
    assert told(taken)[1] == lea


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"geste": "prendre"}, "Cochez d’abord les besoins concernés."),
        ({"geste": "prendre", "besoin": ["x", "-1", "1" * 40 + "-", "\x00", "²-"]}, "Cochez d’abord"),
        ({"geste": "prendre", "besoin": [f"{number}-" for number in range(1, 203)]}, "200 besoins au plus à la fois."),
        ({"geste": "effacer", "besoin": ["1-"]}, "Choisissez ce qu’il faut faire des besoins cochés."),
        ({"geste": "confier", "besoin": ["1-"]}, "Choisissez la personne à qui confier ces besoins."),
        ({"geste": "confier", "besoin": ["1-"], "lot_personne": "0"}, "elle doit pouvoir suivre les besoins"),
        ({"geste": "echeance", "besoin": ["1-"]}, "Choisissez l’échéance à fixer."),
        ({"geste": "echeance", "besoin": ["1-"], "lot_echeance": "31/02/2027"}, "Saisissez une date valide"),
    ],
)
def test_what_is_to_correct_is_said_above_the_list(paul: Client, posted: dict[str, Any], sentence: str) -> None:
    need = NeedFactory()

    answer = paul.post(LIST, posted)

    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert told(need) == (NeedState.NEW, None, None)


@pytest.mark.parametrize("day", [YESTERDAY.isoformat(), "0001-01-01", "9999-12-31"])
def test_a_day_that_nobody_means_is_refused_for_each(paul: Client, day: str) -> None:
    need = NeedFactory()

    answer = paul.post(LIST, {"geste": "echeance", "besoin": [f"{need.pk}-"], "lot_echeance": day}, follow=True)

    assert "échéance" in text_of(answer)
    assert told(need)[2] is None


def test_what_was_ticked_stays_ticked(paul: Client) -> None:
    need, other = NeedFactory(), NeedFactory()

    page = text_of(paul.post(LIST, {"geste": "confier", "besoin": [f"{need.pk}-"]}))

    boxes = {
        pk: " checked" in rest for pk, rest in re.findall(r'name="besoin" form="lot" value="(\d+)-"([^>]*)>', page)
    }
    assert boxes == {str(need.pk): True, str(other.pk): False}


# --- what waits ---------------------------------------------------------------------------------------------------------------
def test_a_long_wait_is_open_and_older_than_its_days_with_or_without_a_day() -> None:
    now = timezone.now()
    long, limit = now - timedelta(days=61), now - timedelta(days=60)
    NeedFactory(label="long", created_at=long)
    NeedFactory(label="promis", in_hand=True, due_on=TOMORROW, created_at=long)
    NeedFactory(label="clos", answered=True, created_at=long)
    NeedFactory(label="juste", created_at=limit)

    found = Need.objects.waiting_longer_than(60, TODAY).oldest_first()

    assert [need.label for need in found] == ["long", "promis"]
    assert [need.is_long_wait(TODAY) for need in Need.objects.oldest_first()].count(True) == 2


def test_the_home_of_staff_says_what_is_late_what_waits_and_what_is_mine(paul: Client, lea: User) -> None:
    assert "Mes besoins" not in text_of(paul.get("/equipe/"))
    NeedFactory(label="le mien", in_hand=True, owner=paul.user, due_on=YESTERDAY)
    NeedFactory(label="le sien", in_hand=True, owner=lea, created_at=timezone.now() - timedelta(days=90))

    page = text_of(paul.get("/equipe/"))

    assert (LATE.measure().count, LONG_WAITS.measure().count) == (1, 1)
    assert f'<a href="{LIST}?retard=on">Besoins en retard</a>' in page
    assert f'<a href="{LIST}?attente=on">Besoins sans réponse depuis plus de 60 jours</a>' in page
    assert "Vous suivez un besoin à traiter, dont <strong>un en retard</strong>." in page
    assert ["le mien" in page, "le sien" in page] == [True, False]
    listed = paul.get(LIST, {"attente": "on"})
    assert [need.label for need in listed.context["page"].rows] == ["le sien"]
    assert "plus de 60 jours</span>" in text_of(listed)


def test_the_fiche_of_an_actor_leads_to_noting_a_need(paul: Client) -> None:
    actor = CommuneFactory(name="Limoges")

    assert f"{NEW}?acteur={actor.slug}" in text_of(paul.get(actor.get_absolute_url()))
    assert "Noter un besoin" not in text_of(Client().get(actor.get_absolute_url()))
