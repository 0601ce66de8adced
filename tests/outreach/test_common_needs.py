"""What neighbours ask for together: how groups are made, one action and one answer for all, and the pages."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from directory.enums import NeedState
from directory.models import Actor, Need, Service
from outreach.services import act_together, answer_together, common_needs, described
from soco.accounts import roles
from soco.accounts.services import give_role
from tests.directory.pages import text_of
from tests.directory.test_attachments_at_once import at_once
from tests.factories import (
    CommuneFactory,
    DepartementFactory,
    EpciFactory,
    FieldAreaFactory,
    NeedFactory,
    PartnerFactory,
    ServiceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LIST = "/equipe/besoins/voisins/"
TODAY = timezone.localdate()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.fixture
def conseil(db) -> Service:
    return ServiceFactory()


@pytest.fixture
def vienne(db) -> Actor:
    return DepartementFactory(name="Haute-Vienne", code="87")


@pytest.fixture
def metropole(vienne: Actor) -> Actor:
    return EpciFactory(name="Limoges Métropole", departement=vienne)


@pytest.fixture
def team(db) -> Client:
    call_command("sync_permissions", stdout=io.StringIO())
    client = Client()
    client.user = UserFactory(second_factor=True, email="marie@reseau.exemple", first_name="Marie", last_name="Roux")
    give_role(client.user, roles.TEAM, by=None)
    client.force_login(client.user)
    return client


def asked(name: str, *, epci: Actor | None, departement: Actor, service: Service, **values: Any) -> Need:
    actor = CommuneFactory(name=name, epci=epci, departement=departement)
    return NeedFactory(actor=actor, service=service, label=f"besoin de {name}", **values)


@pytest.fixture
def pair(metropole: Actor, vienne: Actor, conseil: Service) -> list[Need]:
    """Two communes of one intercommunalité that ask for the same service."""
    return [
        asked("Aixe", epci=metropole, departement=vienne, service=conseil),
        asked("Bosmie", epci=metropole, departement=vienne, service=conseil),
    ]


def names(**asked_for: Any) -> list[tuple[str, str, list[str]]]:
    return [
        (line.service.code, line.place.name, [actor.name for actor in line.actors])
        for line in described(common_needs(**asked_for))
    ]


def told(need: Need) -> tuple[str, Any, Any, str]:
    need.refresh_from_db()
    return need.state, need.owner, need.due_on, need.detail


# --- groups -------------------------------------------------------------------------------------------------------------------
def test_neighbours_are_first_those_of_an_intercommunalite(
    pair: list[Need], metropole: Actor, vienne: Actor, conseil: Service
) -> None:
    NeedFactory(actor=metropole, service=conseil)

    assert names() == [("conseil", "Limoges Métropole", ["Aixe", "Bosmie", "Limoges Métropole"])]


def test_those_who_are_alone_in_theirs_are_gathered_by_departement(
    pair: list[Need], vienne: Actor, conseil: Service
) -> None:
    for name in ("Condat", "Dournazac"):
        asked(name, epci=EpciFactory(departement=vienne), departement=vienne, service=conseil)
    asked("Eymoutiers", epci=None, departement=vienne, service=conseil)
    asked("Gueret", epci=None, departement=DepartementFactory(name="Creuse", code="23"), service=conseil)

    assert names() == [
        ("conseil", "Haute-Vienne", ["Condat", "Dournazac", "Eymoutiers"]),
        ("conseil", "Limoges Métropole", ["Aixe", "Bosmie"]),
    ]


def test_what_is_no_common_need(pair: list[Need], metropole: Actor, vienne: Actor, conseil: Service) -> None:
    aixe, veille = pair[0].actor, ServiceFactory(code="veille")
    NeedFactory(actor=aixe, service=conseil)  # asked twice by one
    NeedFactory(actor=aixe, service=veille)  # alone in wanting it
    asked("Condat", epci=metropole, departement=vienne, service=conseil, answered=True)
    asked("Dournazac", epci=metropole, departement=vienne, service=conseil, dropped=True)
    asked("Eymoutiers", epci=metropole, departement=vienne, service=None)
    NeedFactory(actor=PartnerFactory(departement=vienne), service=conseil)
    NeedFactory(actor=CommuneFactory(epci=metropole, departement=vienne, is_published=False), service=conseil)
    NeedFactory(actor=CommuneFactory(epci=metropole, departement=vienne, closed=True), service=conseil)

    assert names() == [("conseil", "Limoges Métropole", ["Aixe", "Bosmie"])]
    assert [len(group.needs) for group in common_needs()] == [3]


def test_each_filter(pair: list[Need], metropole: Actor, vienne: Actor) -> None:
    charente, veille = DepartementFactory(name="Charente", code="16"), ServiceFactory(code="veille")
    for name in ("Jarnac", "Cognac"):
        asked(name, epci=None, departement=charente, service=veille)

    both = [("conseil", "Limoges Métropole", ["Aixe", "Bosmie"]), ("veille", "Charente", ["Cognac", "Jarnac"])]
    assert sorted(names()) == both
    assert names(service="veille") == names(departement="16") == names(place=charente.pk) == both[1:]
    assert names(departement="87") == names(place=metropole.pk) == both[:1]
    assert names(service="veille", departement="87") == []


def test_the_groups_cost_one_statement_and_a_page_three_more(
    pair: list[Need], vienne: Actor, django_assert_num_queries: Any
) -> None:
    for number in range(4):
        asked(f"Ville {number}", epci=None, departement=vienne, service=ServiceFactory(code=f"service{number // 2}"))

    with django_assert_num_queries(1):
        groups = common_needs()
    with django_assert_num_queries(3):
        lines = described(groups)
        assert [(len(line.actors), line.spread is not None) for line in lines] == [(2, True)] * 3


# --- one action, one answer -----------------------------------------------------------------------------------------------------
def test_one_action_gives_each_its_note_its_person_and_its_day_once(pair: list[Need], team: Client) -> None:
    first, second = pair
    Need.objects.filter(pk=second.pk).update(detail="Au printemps.")
    seen: dict[int, int | None] = {need.pk: None for need in pair}

    results = [act_together(seen, note="Une réunion.", owner=team.user, due_on=TOMORROW) for _twice in range(2)]

    assert [(result.changed, result.already) for result in results] == [(2, 0), (0, 2)]
    assert told(first)[:3] == told(second)[:3] == (NeedState.IN_HAND, team.user, TOMORROW)
    assert [re.sub(r"Le \d.*\d{4}", "Le jour", need.detail) for need in pair] == [
        "Le jour\u00a0: Une réunion.",
        "Au printemps.\n\nLe jour\u00a0: Une réunion.",
    ]


def test_one_answer_closes_all_and_keeps_what_each_was(pair: list[Need], team: Client) -> None:
    first, second = pair
    other = UserFactory(staff=True)
    Need.objects.filter(pk=second.pk).update(owner=other, state=NeedState.IN_HAND, due_on=TOMORROW, detail="Urgent.")
    pks = [need.pk for need in pair]

    results = [answer_together(pks, "Réunis à Aixe.", by=team.user) for _twice in range(2)]

    assert [(result.changed, result.already) for result in results] == [(2, 0), (0, 2)]
    assert told(first) == (NeedState.ANSWERED, team.user, None, "")
    assert told(second) == (NeedState.ANSWERED, other, TOMORROW, "Urgent.")
    assert {(need.answer, need.closed_by) for need in pair} == {("Réunis à Aixe.", "marie@reseau.exemple")}
    assert common_needs() == []


def test_what_one_need_refuses_is_left_whole(pair: list[Need], team: Client) -> None:
    first, second = pair
    lea = UserFactory(staff=True, first_name="Léa", last_name="Petit")
    Need.objects.filter(pk=first.pk).update(owner=lea, state=NeedState.IN_HAND)

    result = act_together(
        {first.pk: None, second.pk: None, 999_999: None}, note="Une réunion.", owner=team.user, due_on=TOMORROW
    )

    assert (result.changed, [need.pk for need, _why in result.refused]) == (1, [first.pk])
    assert "Léa Petit suit déjà ce besoin" in result.refused[0][1]
    assert told(first) == (NeedState.IN_HAND, lea, None, "")


@pytest.mark.django_db(transaction=True)
def test_two_people_act_at_once_and_no_need_is_shared_between_them() -> None:
    needs, users = NeedFactory.create_batch(2), UserFactory.create_batch(2, staff=True)
    seen: dict[int, int | None] = {need.pk: None for need in needs}

    results = at_once(*[lambda u=u: act_together(seen, note="x", owner=u, due_on=TOMORROW).changed for u in users])

    assert sorted(results) == [0, 2]
    assert len(set(Need.objects.values_list("owner", flat=True))) == 1


# --- pages ----------------------------------------------------------------------------------------------------------------------
def page_of(need: Need, place: Actor) -> str:
    return f"{LIST}{need.service_id}/{place.pk}/"


@pytest.mark.parametrize("path", ["", "export.csv", "export.xlsx", "conseil/1/"])
def test_only_those_who_read_needs_come_in(client: Client, path: str) -> None:
    assert client.get(LIST + path).status_code == 302
    client.force_login(UserFactory(staff=True))
    assert client.get(LIST + path).status_code == 403


def test_the_list_names_the_groups_and_what_an_empty_one_will_show(team: Client, vienne: Actor) -> None:
    assert "Aucun besoin commun pour l’instant" in text_of(team.get(LIST))
    assert "Aucun groupe ne répond à ces filtres." in text_of(team.get(LIST, {"departement": "87"}))


def test_from_the_list_of_needs_to_the_group(team: Client, pair: list[Need], metropole: Actor) -> None:
    page = text_of(team.get(LIST))

    assert "2 collectivités" in page
    assert f'href="{page_of(pair[0], metropole)}">Un conseil individuel, Limoges Métropole</a>' in page
    assert LIST in text_of(team.get("/equipe/besoins/"))
    beside = text_of(team.get(pair[0].get_absolute_url()))
    assert "Une autre collectivité proche demande la même chose." in beside
    assert page_of(pair[0], metropole) in beside
    assert "Des voisins aussi" not in text_of(team.get(NeedFactory(service=None).get_absolute_url()))


def test_the_list_of_needs_keeps_to_ones_own_area_if_asked(team: Client, pair: list[Need]) -> None:
    far = NeedFactory(label="Loin", actor=CommuneFactory(departement_codes=["17"]))
    assert "secteur" not in team.get("/equipe/besoins/").context["search"].fields

    FieldAreaFactory(user_id=team.session["_auth_user_id"], departement_codes=["17"])

    assert list(team.get("/equipe/besoins/?secteur=on").context["page"].rows) == [far]
    assert len(team.get("/equipe/besoins/").context["page"].rows) == 3


@pytest.mark.parametrize("query", ["service=%00", "departement=zz", "page=99", "page=x", "service=" + "a" * 2000])
def test_no_address_breaks_the_list(team: Client, pair: list[Need], query: str) -> None:
    assert team.get(f"{LIST}?{query}").status_code == 200


def test_pages_and_files(team: Client, pair: list[Need], vienne: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.views.needs.PAGE_SIZE", 1)
    for name in ("Condat", "Dournazac", "Eymoutiers"):
        asked(name, epci=None, departement=vienne, service=ServiceFactory(code="veille"))

    second = team.get(LIST, {"page": "2"})
    csv = b"".join(team.get(f"{LIST}export.csv")).decode().splitlines()
    book = load_workbook(io.BytesIO(b"".join(team.get(f"{LIST}export.xlsx", {"service": "veille"}))))

    assert [line.place.name for line in second.context["lines"]] == ["Limoges Métropole"]
    assert [line.split(",")[1:3] for line in csv[1:]] == [["Haute-Vienne", "3"]] * 3 + [["Limoges Métropole", "2"]] * 2
    assert len(list(book.active.rows)) == 4


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(
    team: Client, vienne: Actor, django_assert_num_queries: Any, count: int
) -> None:
    for number in range(count):
        for name in ("a", "b"):
            asked(f"{name}{number}", epci=None, departement=vienne, service=ServiceFactory(code=f"s{number}"))
    team.get(LIST)

    with django_assert_num_queries(11):
        team.get(LIST)


def test_one_gesture_for_all_from_the_page(team: Client, pair: list[Need], metropole: Actor) -> None:
    page, boxes = page_of(pair[0], metropole), [f"{need.pk}-" for need in pair]
    posted = {"note": "Une réunion.", "colleague": team.user.pk, "due_on": TOMORROW.isoformat()}

    acted = team.post(page, {"geste": "agir", "besoin": boxes, **posted}, follow=True)
    assert acted.redirect_chain == [(page, 302)]
    assert "2 besoins sont mis à jour." in text_of(acted)
    answered = text_of(team.post(page, {"geste": "repondre", "besoin": boxes, "text": "Réunis."}, follow=True))

    assert "Plus rien de commun à traiter ici" in answered
    assert {told(need)[:3] for need in pair} == {(NeedState.ANSWERED, team.user, TOMORROW)}


def test_only_what_is_ticked_and_of_the_group_is_treated(team: Client, pair: list[Need], metropole: Actor) -> None:
    elsewhere = NeedFactory()
    boxes = [f"{pair[0].pk}-", f"{elsewhere.pk}-"]

    answer = team.post(
        page_of(pair[0], metropole), {"geste": "repondre", "besoin": boxes, "text": "Réunis."}, follow=True
    )

    assert "1 besoin coché n’est plus dans ce groupe" in text_of(answer)
    assert [told(need)[0] for need in (*pair, elsewhere)] == ["repondu", "nouveau", "nouveau"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"besoin": []}, "Cochez au moins un besoin de ce groupe."),
        ({"besoin": ["x", "\x00", "9" * 30 + "-"]}, "Cochez au moins un besoin de ce groupe."),
        ({"note": " "}, "Dites ce que vous allez faire."),
        ({"note": "a\x00b"}, "Le caractère nul n’est pas autorisé"),
        ({"colleague": "0"}, "elle doit pouvoir suivre les besoins"),
        ({"due_on": YESTERDAY.isoformat()}, "Cette échéance est déjà passée"),
        ({"due_on": ""}, "Choisissez une échéance pour tous."),
        ({"geste": "repondre", "text": ""}, "Dites ce qui a été répondu, ou fait."),
    ],
)
def test_what_is_to_correct_keeps_what_was_typed_and_ticked(
    team: Client, pair: list[Need], metropole: Actor, changed: dict[str, Any], sentence: str
) -> None:
    posted = {
        "geste": "agir", "besoin": [f"{pair[1].pk}-"], "note": "Une réunion.", "colleague": team.user.pk,
        "due_on": TOMORROW.isoformat(),
    }  # fmt: skip

    answer = team.post(page_of(pair[0], metropole), posted | changed)

    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert answer.context["unticked"] == [need.pk for need in pair if f"{need.pk}-" not in (posted | changed)["besoin"]]
    assert {told(need)[0] for need in pair} == {NeedState.NEW}


def test_a_day_beyond_reason_is_refused_for_each(team: Client, pair: list[Need], metropole: Actor) -> None:
    posted = {"note": "x", "colleague": team.user.pk, "due_on": "9999-12-31", "besoin": [f"{pair[0].pk}-"]}

    answer = team.post(page_of(pair[0], metropole), {"geste": "agir", **posted}, follow=True)

    assert "Cette échéance n’est pas plausible" in text_of(answer)
    assert told(pair[0]) == (NeedState.NEW, None, None, "")


def test_a_page_of_nothing_and_a_page_that_does_not_exist(team: Client, metropole: Actor, conseil: Service) -> None:
    assert "Plus rien de commun à traiter ici" in text_of(team.get(f"{LIST}conseil/{metropole.pk}/"))
    assert team.get(f"{LIST}inconnu/{metropole.pk}/").status_code == 404
    assert team.get(f"{LIST}conseil/999999/").status_code == 404
    assert team.get(f"{LIST}conseil/{'9' * 40}/").status_code == 404


def test_who_only_reads_acts_on_nothing(client: Client, pair: list[Need], metropole: Actor) -> None:
    reader = UserFactory(staff=True, second_factor=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_need"))
    client.force_login(reader)
    page = page_of(pair[0], metropole)

    assert "Action commune" not in text_of(client.get(page))
    posted = {"geste": "repondre", "besoin": [f"{pair[0].pk}-"], "text": "x"}
    assert client.post(page, posted).status_code == 403
    assert told(pair[0])[0] == NeedState.NEW


# --- the petit-déjeuner -----------------------------------------------------------------------------------------------------------
def test_a_breakfast_is_proposed_with_its_title_its_host_and_its_guests(
    team: Client, pair: list[Need], metropole: Actor
) -> None:
    Actor.objects.filter(pk=pair[0].actor.pk).update(email="mairie@aixe.exemple")
    Actor.objects.filter(pk=pair[1].actor.pk).update(email="")
    page = text_of(team.get(page_of(pair[0], metropole)))
    fields = dict(re.findall(r'<input type="hidden" name="(type|titre|inviter)" value="([^"]*)">', page))
    assert fields["inviter"] == ",".join(str(need.actor.pk) for need in pair)

    form = text_of(team.get("/agenda/nouveau/", {**fields, "accueil": pair[0].actor.pk}))

    assert 'value="Petit-déjeuner : Un conseil individuel, Limoges Métropole"' in form
    assert form.count('value="Aixe (commune, 87)"') == 2
    assert "vous pourrez inviter : Aixe, Bosmie." in form
