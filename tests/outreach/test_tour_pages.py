"""The pages of tours: who may open them, what they say, the same page sent twice, what is hostile."""

import re
from datetime import time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory.models import Actor
from outreach import services
from outreach.enums import StopState, TourState
from outreach.models import FieldArea, Tour, TourStop, Visit
from outreach.papers.tour_sheet import sheet_words
from outreach.services import TourPlan
from soco.accounts.models import User
from soco.mailing.models import Message
from soco.web import signed_links
from tests.factories import (
    FieldAreaFactory,
    PriorityFactory,
    TourFactory,
    TourStopFactory,
    UserFactory,
)
from tests.outreach.touring import criteria

pytestmark = pytest.mark.django_db


@pytest.fixture
def tour(bearn: list[Actor], voltigeur: User) -> Tour:
    plan = TourPlan(
        day=timezone.localdate() + timedelta(days=7), start=bearn[0], leaves_at=time(8, 30), voltigeur=voltigeur, title="Béarn"
    )  # fmt: skip
    return services.create_tour(plan, [each.pk for each in bearn[1:5]], by=voltigeur.email)


@pytest.fixture
def stop(tour: Tour) -> TourStop:
    """The first stop of the tour, confirmed, its slot proposed."""
    services.confirm_tour(tour, by="ana@reseau.exemple")
    services.send_slots(tour)
    return TourStop.objects.of_tour(tour).in_order().for_settling().first()


def stop_names(tour: Tour) -> list[str]:
    return list(TourStop.objects.of_tour(tour).in_order().values_list("actor__name", flat=True))


def file_of(response: object) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def text_of(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# --- their list -----------------------------------------------------------------------------------------------------------------
def test_an_empty_list_says_how_to_start(field: Client) -> None:
    assert "Aucune tournée encore" in text_of(field.get(reverse("tour_list")))


def test_the_list_is_searched_and_exported(field: Client, tour: Tour, voltigeur: User) -> None:
    other = TourFactory(title="Landes", state=TourState.CANCELLED, day=timezone.localdate() - timedelta(days=3))
    address = reverse("tour_list")

    def found(query: str) -> list[str]:
        return re.findall(r"doux petit\">(Béarn|Landes)<", field.get(address + query).content.decode())

    assert found("") == ["Béarn", "Landes"]
    assert found("?q=bearn") == ["Béarn"]
    assert found("?q=lescar") == ["Béarn"]
    assert found("?voltigeur=moi") == ["Béarn"]
    assert found(f"?voltigeur={voltigeur.pk}") == ["Béarn", "Landes"]  # one is « moi » to oneself
    assert found("?etat=annulee") == ["Landes"]
    assert found(f"?du={timezone.localdate()}") == ["Béarn"]
    assert found(f"?au={timezone.localdate()}") == ["Landes"]
    assert found("?q=%00&etat=rien&du=hier&page=99") == ["Béarn", "Landes"]
    csv = file_of(field.get(reverse("tour_export_csv") + "?q=bearn")).decode()
    assert "Lescar, Artix, Lacq, Orthez" in csv
    assert str(other) not in csv
    assert file_of(field.get(reverse("tour_export_xlsx"))).startswith(b"PK")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_however_long_it_is(
    field: Client, tour: Tour, count: int, django_assert_max_num_queries
) -> None:
    for _ in range(count):
        TourStopFactory(tour=TourFactory())
    with django_assert_max_num_queries(12):
        assert field.get(reverse("tour_list")).status_code == 200


def test_only_those_who_may_open_these_pages(client: Client, tour: Tour) -> None:
    client.force_login(UserFactory())
    for name, values in (
        ("tour_list", []), ("tour_create", []), ("tour_detail", [tour.pk]), ("tour_slots", [tour.pk]),
        ("tour_sheet", [tour.pk]), ("slot_queue", []), ("my_area", []), ("area_list", []),
    ):  # fmt: skip
        assert client.get(reverse(name, args=values)).status_code == 403


# --- a new one ------------------------------------------------------------------------------------------------------------------
def test_a_tour_is_chosen_then_created_once(field: Client, bearn: list[Actor], voltigeur: User) -> None:
    PriorityFactory(actor=bearn[4], score=60)
    page = field.get(criteria(bearn[0], voltigeur=str(voltigeur.pk)))
    body = page.content.decode()
    assert "60 points" in text_of(page)
    ticked = re.findall(r'value="(\d+)" checked', body)
    assert ticked == [str(bearn[n].pk) for n in (4, 0, 5)]
    once = re.search(r'name="once" value="([^"]+)"', body).group(1)

    for _ in range(2):
        posted = field.post(
            criteria(bearn[0], voltigeur=str(voltigeur.pk)), {"etape": ticked, "once": once, "titre": "Ouest"}
        )
        assert posted.status_code == 302

    made = Tour.objects.get()
    assert (made.title, made.voltigeur, made.created_by) == ("Ouest", voltigeur, voltigeur.email)
    assert stop_names(made) == ["Pau", "Orthez", "Puyoô"]


def test_proposing_asks_as_much_for_three_as_for_seven(
    field: Client, bearn: list[Actor], django_assert_max_num_queries
) -> None:
    for combien in ("1", "6"):
        with django_assert_max_num_queries(16):
            assert "Qui rencontrer" in text_of(field.get(criteria(bearn[0], combien=combien)))


def test_what_is_typed_wrong_is_said_and_kept(field: Client, bearn: list[Actor]) -> None:
    page = field.get(criteria(bearn[0], jour="2020-01-01", combien="13", minutes="999", depart="Nulle part"))
    said = text_of(page)

    assert "4 choses à corriger" in said
    assert "Ce jour est déjà passé." in said
    assert "Une tournée a de 1 à 12 étapes." in said
    assert 'value="Nulle part"' in page.content.decode()
    none_ticked = field.post(criteria(bearn[0]), {"once": "n123456789"})
    assert "choisissez au moins une collectivité" in text_of(none_ticked)
    hostile = field.post(criteria(bearn[0]), {"etape": ["-1", "x", "99999999999999999999", "7' OR 1=1"], "once": "n"})
    assert "choisissez au moins une collectivité" in text_of(hostile)
    thirteen = field.post(criteria(bearn[0]), {"etape": [str(n) for n in range(1, 14)], "once": "n123456789"})
    assert "12 étapes au plus" in text_of(thirteen)
    assert not Tour.objects.exists()


def test_a_new_tour_starts_from_ones_own_area(field: Client, bearn: list[Actor], voltigeur: User) -> None:
    FieldAreaFactory(user=voltigeur, departement_codes=["64"], start=bearn[0])

    body = field.get(reverse("tour_create")).content.decode()

    assert 'value="Pau (commune, 64)"' in body
    assert re.search(r'value="64"[^>]* checked', body)


# --- one ------------------------------------------------------------------------------------------------------------------------
def test_a_tour_shows_its_stops_its_hours_and_its_map(field: Client, tour: Tour, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(16):
        page = field.get(tour.get_absolute_url())
    said = text_of(page)

    assert "8\u00a0h\u00a050 – 9\u00a0h\u00a050" in page.content.decode()
    assert "de route (estimation" in said
    assert page.content.decode().count('r="14"') == 4
    assert len(page.content) < 60_000


def test_each_button_does_its_gesture(field: Client, tour: Tour, bearn: list[Actor]) -> None:
    address = tour.get_absolute_url()
    first = TourStop.objects.of_tour(tour).in_order().first()

    def press(**data: str) -> list[str]:
        assert field.post(address, data).status_code == 302
        return stop_names(tour)

    assert press(geste=f"descendre:{first.pk}") == ["Artix", "Lescar", "Lacq", "Orthez"]
    assert press(geste=f"monter:{first.pk}") == ["Lescar", "Artix", "Lacq", "Orthez"]
    order = list(TourStop.objects.of_tour(tour).order_by("-rank").values_list("pk", flat=True))
    assert press(geste="ordre", ordre=",".join(map(str, order))) == ["Orthez", "Lacq", "Artix", "Lescar"]
    assert press(geste="plus-court") in (["Lescar", "Artix", "Lacq", "Orthez"], ["Orthez", "Lacq", "Artix", "Lescar"])
    assert "Puyoô" in press(geste="ajouter", actor="Puyoô")
    assert "Lescar" not in press(geste=f"retirer:{first.pk}")
    press(geste="confirmer")
    assert Visit.objects.planned().count() == 4
    press(geste="annuler")
    assert Visit.objects.planned().count() == 0
    press(geste="annuler")


def test_hours_are_corrected_in_place(field: Client, tour: Tour) -> None:
    stop = TourStop.objects.of_tour(tour).in_order().first()
    typed = {"geste": "horaires", "title": "Béarn", "leaves_at": "07:00", "returns": "on", "note": "", "voltigeur": ""}
    minutes = {f"minutes_{each.pk}": "45" for each in TourStop.objects.of_tour(tour)}

    wrong = field.post(tour.get_absolute_url(), typed | minutes | {f"minutes_{stop.pk}": "9999"})
    assert "de 10 minutes à 8 heures" in text_of(wrong)
    assert 'value="9999"' in wrong.content.decode()
    assert field.post(tour.get_absolute_url(), typed | minutes).status_code == 302

    stop.refresh_from_db()
    assert (stop.minutes, f"{timezone.localtime(stop.starts_at):%H:%M}") == (45, "07:20")


@pytest.mark.parametrize(
    "geste", ["monter:x", "monter:99999999999", "retirer:-1", "ordre", "rien", "descendre:", "monter:1;2", "\x00"]
)
def test_hostile_gestures_change_nothing(field: Client, tour: Tour, geste: str) -> None:
    before = stop_names(tour)
    answer = field.post(tour.get_absolute_url(), {"geste": geste, "ordre": "1,2,x,\x00"})

    assert answer.status_code in (200, 302)
    assert stop_names(tour) == before


def test_another_tours_stop_is_not_moved(field: Client, tour: Tour) -> None:
    other = TourStopFactory()

    field.post(tour.get_absolute_url(), {"geste": f"retirer:{other.pk}"})

    assert TourStop.objects.filter(pk=other.pk).exists()


def test_who_only_reads_gets_no_button(client: Client, tour: Tour, voltigeur: User) -> None:
    reader = UserFactory(staff=True)
    from django.contrib.auth.models import Permission

    reader.user_permissions.add(Permission.objects.get(codename="view_visit", content_type__app_label="outreach"))
    client.force_login(reader)

    page = client.get(tour.get_absolute_url())
    assert "Confirmer la tournée" not in text_of(page)
    assert client.post(tour.get_absolute_url(), {"geste": "confirmer"}).status_code == 403


def test_the_sheet_says_each_stop(field: Client, tour: Tour) -> None:
    stops = list(TourStop.objects.of_tour(tour).in_order().for_page().with_signals())
    words = sheet_words(tour, stops, now=timezone.now())

    assert [each["name"] for each in words["stops"]] == ["Lescar", "Artix", "Lacq", "Orthez"]
    assert ["Téléphone", "05 59 00 00 00"] in words["stops"][0]["facts"]
    pdf = field.get(reverse("tour_sheet", args=[tour.pk]))
    assert pdf.content.startswith(b"%PDF")


# --- the slots ------------------------------------------------------------------------------------------------------------------
def test_slots_are_read_before_they_leave(field: Client, tour: Tour) -> None:
    services.confirm_tour(tour, by="x@y.example")
    address = reverse("tour_slots", args=[tour.pk])
    page = text_of(field.get(address))

    assert "Ce créneau vous convient-il" in page
    assert "mairie1@mairies.exemple" in page
    assert not Message.objects.of_kind("outreach.slot").exists()
    one = TourStop.objects.of_tour(tour).in_order().last()
    field.post(address, {"etape": str(one.pk)})
    assert [message.to_email for message in Message.objects.of_kind("outreach.slot")] == ["mairie4@mairies.exemple"]
    field.post(address)
    field.post(address)
    assert Message.objects.of_kind("outreach.slot").count() == 4


def test_a_scanner_that_opens_the_link_answers_nothing(client: Client, stop: TourStop) -> None:
    for _ in range(2):
        assert client.get(stop.get_absolute_url()).status_code == 200
        assert client.head(stop.get_absolute_url()).status_code == 200

    assert TourStop.objects.get(pk=stop.pk).state == StopState.ASKED


def test_a_town_hall_accepts_then_changes_its_mind(client: Client, stop: TourStop) -> None:
    address = stop.get_absolute_url()
    page = client.get(address)
    assert "Ana Etcheverry" in text_of(page)
    seen = re.search(r'name="seen" value="([^"]+)"', page.content.decode()).group(1)

    assert client.post(address, {"answer": "acceptee", "seen": seen}).status_code == 302
    assert client.post(address, {"answer": "acceptee", "seen": seen}).status_code == 302
    assert Message.objects.of_kind("outreach.slot_agreed").count() == 1
    nothing = client.post(address, {"answer": "autre_date", "seen": seen})
    assert "Dites quel jour" in text_of(nothing)
    client.post(address, {"answer": "autre_date", "seen": seen, "message": "<b>En mars</b>"})
    page = client.get(address)
    assert "&lt;b&gt;En mars&lt;/b&gt;" in page.content.decode()
    assert TourStop.objects.get(pk=stop.pk).state == StopState.OTHER_DATE


def test_the_old_link_opens_the_new_slot_and_asks_to_read_it(client: Client, stop: TourStop) -> None:
    address, seen = stop.get_absolute_url(), stop.starts_at.isoformat()
    services.change_tour(stop.tour, minutes={}, by="x@y.example", leaves_at=time(10))

    refused = client.post(address, {"answer": "acceptee", "seen": seen})
    assert "Le créneau a changé" in text_of(refused)
    now = re.search(r'name="seen" value="([^"]+)"', refused.content.decode()).group(1)
    assert client.post(address, {"answer": "acceptee", "seen": now}).status_code == 302
    assert TourStop.objects.get(pk=stop.pk).state == StopState.ACCEPTED


def test_links_that_were_never_made_or_are_over_are_explained(client: Client, stop: TourStop) -> None:
    good = stop.get_absolute_url()
    other_purpose = signed_links.make("fiche", stop.pk).token

    for token in ("x", other_purpose, stop.token[:-2] + "aa", f"rendez-vous.{stop.pk:x}.1.9f6.signature"):
        assert client.get(reverse("appointment", args=[token])).status_code == 404
        assert client.post(reverse("appointment", args=[token]), {"answer": "acceptee"}).status_code == 404
    services.remove_stop(stop.tour, stop.pk, by="x@y.example")
    assert client.get(good).status_code == 410


def test_after_a_cancelled_tour_the_link_says_so(client: Client, stop: TourStop) -> None:
    services.cancel_tour(stop.tour)
    address = stop.get_absolute_url()

    assert "Cette visite est annulée" in text_of(client.get(address))
    said = client.post(address, {"answer": "declinee", "seen": "n’importe quoi"})
    assert "passé ou annulé" in text_of(said)


@pytest.mark.parametrize(
    "typed",
    [{}, {"answer": "prevue"}, {"answer": "acceptee", "seen": "9999-99-99"}, {"answer": "autre_date", "wanted": "0001-01-01"},
     {"answer": "declinee", "message": "x" * 5000}, {"answer": "declinee", "message": "a\x00b"}],
)  # fmt: skip
def test_hostile_answers_are_sentences(client: Client, stop: TourStop, typed: dict[str, str]) -> None:
    answer = client.post(stop.get_absolute_url(), typed)

    assert answer.status_code == 200
    assert TourStop.objects.get(pk=stop.pk).state == StopState.ASKED


# --- what waits -----------------------------------------------------------------------------------------------------------------
def test_answers_wait_for_staff_until_they_are_settled(field: Client, stop: TourStop) -> None:
    assert "Rien n’attend ici" in text_of(field.get(reverse("slot_queue")))
    services.answer_slot(stop, StopState.OTHER_DATE, seen=None, message="En mars")

    queue = text_of(field.get(reverse("slot_queue") + "?voltigeur=moi&q=lescar&reponse=autre_date"))
    assert "En mars" in queue
    assert "Rendez-vous à régler" in text_of(field.get(reverse("staff_home")))
    assert "En mars" in file_of(field.get(reverse("slot_queue_csv"))).decode()
    assert file_of(field.get(reverse("slot_queue_xlsx"))).startswith(b"PK")
    address = reverse("slot_settle", args=[stop.pk])
    wrong = field.post(address, {"geste": "convenir", "starts_at_0": "2020-01-01", "starts_at_1": "10:00"})
    assert "déjà passé" in text_of(wrong)
    later = timezone.localtime(stop.starts_at) + timedelta(days=3)
    done = field.post(
        address, {"geste": "convenir", "starts_at_0": f"{later:%Y-%m-%d}", "starts_at_1": f"{later:%H:%M}"}
    )  # fmt: skip
    assert done.status_code == 302
    assert Visit.objects.get(pk=stop.visit_id).starts_at == later
    assert "Rien n’attend ici" in text_of(field.get(reverse("slot_queue")))
    assert field.post(address, {"geste": "retirer"}).status_code == 404


# --- areas and the calendar -----------------------------------------------------------------------------------------------------
def test_the_calendar_has_an_address_that_can_be_revoked(field: Client, tour: Tour, voltigeur: User) -> None:
    services.confirm_tour(tour, by="x@y.example")
    Visit.objects.update(report="Le maire est fâché.")
    mine = reverse("my_area")
    field.post(mine, {"geste": "adresse"})
    area = FieldArea.objects.get(user=voltigeur)
    address = reverse("voltigeur_feed", args=[area.feed_token])

    calendar = Client().get(address)
    text = calendar.content.decode()
    assert calendar["Content-Type"].startswith("text/calendar")
    assert text.count("BEGIN:VEVENT") == 5
    assert "fâché" not in text
    assert "STATUS:TENTATIVE" in text

    for _ in range(2):
        field.post(mine, {"geste": "renouveler", "version": "1"})
    area.refresh_from_db()
    assert area.feed_version == 2
    assert Client().get(address).status_code == 404
    again = reverse("voltigeur_feed", args=[area.feed_token])
    assert Client().get(again).status_code == 200
    voltigeur.groups.clear()
    assert Client().get(again).status_code == 404
    assert Client().get(reverse("voltigeur_feed", args=["x.y"])).status_code == 404


def test_the_calendar_asks_as_much_for_one_tour_as_for_three(
    field: Client, bearn: list[Actor], voltigeur: User, django_assert_max_num_queries
) -> None:
    area = FieldAreaFactory(user=voltigeur)
    for days in (7, 8, 9):
        plan = TourPlan(timezone.localdate() + timedelta(days=days), bearn[0], time(9), voltigeur)
        services.confirm_tour(services.create_tour(plan, [bearn[1].pk], by="x@y.example"), by="x@y.example")
        with django_assert_max_num_queries(8):
            Client().get(reverse("voltigeur_feed", args=[area.feed_token]))


def test_a_voltigeur_changes_their_start_alone(field: Client, bearn: list[Actor], voltigeur: User) -> None:
    FieldAreaFactory(user=voltigeur, departement_codes=["64"])

    field.post(reverse("my_area"), {"geste": "depart", "start": "Orthez", "departement_codes": "40"})

    area = FieldArea.objects.get(user=voltigeur)
    assert (area.start, area.departement_codes) == (bearn[4], ["64"])
    assert "Aucune fiche" in text_of(field.post(reverse("my_area"), {"geste": "depart", "start": "Nulle part"}))
    assert field.get(reverse("area_edit", args=[voltigeur.pk])).status_code == 403


def test_the_team_says_where_each_goes(client: Client, bearn: list[Actor], lead: User, voltigeur: User) -> None:
    from tests.factories import EpciFactory

    EpciFactory(name="CC du Seignanx", code="244000865")
    client.force_login(lead)
    address = reverse("area_edit", args=[voltigeur.pk])

    wrong = client.post(address, {"departement_codes": ["64"], "epci_names": "Pau\n999999999"})
    assert "Aucune intercommunalité" in text_of(wrong)
    done = client.post(address, {"departement_codes": ["64"], "epci_names": "CC du Seignanx", "start": "Pau"})
    assert done.status_code == 302
    area = FieldArea.objects.get(user=voltigeur)
    assert (area.departement_codes, area.epci_codes, area.start) == (["64"], ["244000865"], bearn[0])
    assert "Ana Etcheverry" in text_of(client.get(reverse("area_list") + "?q=seignanx"))
    assert "Aucun secteur" in text_of(client.get(reverse("area_list") + "?q=bretagne"))
    assert "Ana Etcheverry" in file_of(client.get(reverse("area_export_csv"))).decode()
    assert file_of(client.get(reverse("area_export_xlsx"))).startswith(b"PK")
    assert client.get(reverse("area_edit", args=[UserFactory().pk])).status_code == 404
