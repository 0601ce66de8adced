"""From one list of the outreach to the next: the way there, the same name everywhere, what is shown first to those who visit."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory.models import Actor
from outreach import services
from outreach.blocks import ROOMS
from outreach.enums import StopState, WishKind
from outreach.models import Tour, TourStop, Visit
from soco.accounts.models import User
from tests.factories import NeedFactory, UserFactory, VisitFactory

pytestmark = pytest.mark.django_db
BY = "ana@reseau.exemple"


def page_of(client: Client, address: str) -> str:
    return html.unescape(client.get(address).content.decode())


def said(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def block(page: str, opening: str, closing: str) -> str:
    return page.partition(opening)[2].partition(closing)[0]


@pytest.mark.parametrize(("route", "name"), [(route, str(name)) for route, name, _permission in ROOMS])
def test_each_list_leads_to_the_others_and_is_named_as_they_name_it(field: Client, route: str, name: str) -> None:
    page = page_of(field, reverse(route))

    links = re.findall(
        r'<a href="([^"]+)"( aria-current="page")?>([^<]+)</a>', block(page, '<nav class="salles"', "</nav>")
    )
    assert [(address, title) for address, _current, title in links] == [
        (reverse(each), str(title)) for each, title, _ in ROOMS
    ]
    assert [title for _address, current, title in links if current] == [name]
    assert block(page, "<h1>", "</h1>") == name
    steps = re.findall(r"<li>\s*<(?:a|span)[^>]*>([^<]+)<", block(page, '<nav class="fil"', "</nav>"))
    assert (steps[:2], steps[-1]) == (["Accueil", "Équipe"], name)


def test_who_may_not_read_visits_is_not_led_there(client: Client, voltigeur: User) -> None:
    client.force_login(UserFactory(staff=True))

    page = page_of(client, reverse("staff_home"))

    assert ("Aller vers" in page, "Aucune visite à votre nom" in page) == (False, False)


def test_the_pages_of_one_visit_come_back_through_the_team(field: Client, voltigeur: User) -> None:
    visit = VisitFactory(voltigeur=voltigeur)
    addresses = [
        visit.get_absolute_url(), reverse("visit_report", args=[visit.pk]), reverse("visit_sheet", args=[visit.pk]),
        reverse("contact_story", args=[visit.actor.slug]), reverse("note_create"), reverse("visit_plan"), reverse("need_add"),
    ]  # fmt: skip

    trails = [block(page_of(field, address), '<nav class="fil"', "</nav>") for address in addresses]

    assert [
        address for address, trail in zip(addresses, trails, strict=True) if reverse("staff_home") not in trail
    ] == []


def test_the_day_comes_first_for_those_who_visit(field: Client, voltigeur: User) -> None:
    now = timezone.now()
    today = VisitFactory(voltigeur=voltigeur, starts_at=now, actor__name="Lescar")
    VisitFactory(voltigeur=voltigeur, starts_at=now + timedelta(days=2), actor__name="Orthez")
    VisitFactory(starts_at=now, actor__name="Artix")  # a colleague's

    page = page_of(field, reverse("staff_home"))
    day = block(page, "<h2>Aujourd’hui</h2>", "</section>")

    assert ("Artix" in day, day.index("Lescar") < day.index("Ensuite") < day.index("Orthez")) == (False, True)
    assert reverse("visit_report", args=[today.pk]) in day
    assert page.index("Aujourd’hui") < page.index("Noter un échange") < page.index("Ce qui attend")


def test_a_day_without_visits_says_whom_to_choose(field: Client) -> None:
    day = block(page_of(field, reverse("staff_home")), "<h2>Aujourd’hui</h2>", "</section>")

    assert "Aucune visite à votre nom aujourd’hui" in day
    assert reverse("priority_list") in day


def test_a_call_is_noted_from_the_top_of_a_page_by_those_who_visit_alone(
    client: Client, bearn: list[Actor], voltigeur: User
) -> None:
    address, tool = bearn[0].get_absolute_url(), reverse("note_create") + f"?acteur={bearn[0].slug}"

    public = page_of(client, address)
    client.force_login(voltigeur)
    page = page_of(client, address)

    assert (tool in public, page.index(tool) < page.index("L’essentiel"), page.count(tool)) == (False, True, 1)


# --- a refusal is seen before it is trodden on ------------------------------------------------------------------------------------
def test_a_refusal_is_told_wherever_somebody_would_contact_it(field: Client, voltigeur: User) -> None:
    visit = VisitFactory(voltigeur=voltigeur)
    services.note_wish(visit.actor, WishKind.REFUSAL, by=BY)
    slug = visit.actor.slug

    pages = {
        "visit": page_of(field, visit.get_absolute_url()),
        "plan": page_of(field, reverse("visit_plan") + f"?acteur={slug}"),
        "note": page_of(field, reverse("note_create") + f"?acteur={slug}"),
        "sheet": page_of(field, reverse("contact_sheet", args=[slug])),
    }
    story = page_of(field, reverse("contact_story", args=[slug]))

    assert [name for name, page in pages.items() if "ne souhaite pas être contactée\u00a0: n’y allez" not in page] == []
    assert "une rencontre est encore prévue" in story
    assert f'<a href="{visit.get_absolute_url()}">Visite sur place' in story.partition("encore prévue")[2]


def test_a_pause_says_until_when_and_is_not_a_refusal(field: Client, voltigeur: User) -> None:
    visit = VisitFactory(voltigeur=voltigeur)
    until = timezone.localdate() + timedelta(days=30)

    done = field.post(
        reverse("contact_story", args=[visit.actor.slug]), {"geste": "noter", "kind": "pause", "until": until.isoformat()},
        follow=True,
    )  # fmt: skip

    assert "avant la fin de la pause" in html.unescape(done.content.decode())
    assert "a demandé une pause jusqu’au" in page_of(field, visit.get_absolute_url())


def test_whoever_may_be_contacted_has_no_warning(field: Client, voltigeur: User) -> None:
    visit = VisitFactory(voltigeur=voltigeur)

    assert "n’y allez" not in page_of(field, visit.get_absolute_url())


# --- what was agreed by phone -----------------------------------------------------------------------------------------------------
@pytest.fixture
def stops(tour: Tour) -> list[TourStop]:
    services.confirm_tour(tour, by=BY)
    services.send_slots(tour)
    return list(TourStop.objects.of_tour(tour).in_order().for_settling())


def test_a_slot_agreed_by_phone_is_noted_from_the_tour(field: Client, tour: Tour, stops: list[TourStop]) -> None:
    stop, address = stops[0], reverse("slot_settle", args=[stops[0].pk])
    assert address in page_of(field, tour.get_absolute_url())
    assert address in page_of(field, reverse("tour_slots", args=[tour.pk]))
    assert "Pas encore de réponse écrite" in page_of(field, address)
    agreed = timezone.localtime(stop.starts_at)

    done = field.post(
        address, {"geste": "convenir", "starts_at_0": f"{agreed:%Y-%m-%d}", "starts_at_1": f"{agreed:%H:%M}"}
    )

    assert done.url == tour.get_absolute_url()
    assert TourStop.objects.get(pk=stop.pk).state == StopState.ACCEPTED
    assert address not in page_of(field, tour.get_absolute_url())


def test_an_answer_settled_says_which_slots_are_to_propose_again(
    field: Client, tour: Tour, stops: list[TourStop]
) -> None:
    services.answer_slot(stops[0], StopState.OTHER_DATE, seen=None, message="En mars")
    later = timezone.localtime(stops[0].starts_at) + timedelta(days=3)

    done = field.post(
        reverse("slot_settle", args=[stops[0].pk]),
        {"geste": "convenir", "starts_at_0": f"{later:%Y-%m-%d}", "starts_at_1": f"{later:%H:%M}"}, follow=True,
    )  # fmt: skip

    count = TourStop.objects.of_tour(tour).to_ask().count()
    assert count > 1
    assert f"{count} créneaux sont à proposer, ou à proposer de nouveau" in said(html.unescape(done.content.decode()))
    assert f"{count} étapes attendent encore" in said(page_of(field, tour.get_absolute_url()))


def test_a_need_leads_back_to_the_visit_where_it_was_expressed(field: Client, voltigeur: User) -> None:
    visit = VisitFactory(voltigeur=voltigeur)
    told = NeedFactory(actor=visit.actor, origin=f"{visit.origin}:0")
    lost, by_mail = NeedFactory(origin="visit:999999:0"), NeedFactory(origin="response:1:Q35:conseil")

    pages = [page_of(field, need.get_absolute_url()) for need in (told, lost, by_mail)]

    assert [visit.get_absolute_url() in page for page in pages] == [True, False, False]
    assert ["D’où il vient" in page for page in pages] == [True, False, False]


def test_a_visit_leads_back_to_its_tour(field: Client, tour: Tour, stops: list[TourStop]) -> None:
    of_tour, alone = Visit.objects.get(pk=stops[0].visit_id), VisitFactory()

    assert tour.get_absolute_url() in page_of(field, of_tour.get_absolute_url())
    assert tour.get_absolute_url() not in page_of(field, alone.get_absolute_url())


def test_why_not_this_one_says_that_it_is_already_on_the_agenda(field: Client, voltigeur: User) -> None:
    visit, other = VisitFactory(voltigeur=voltigeur), VisitFactory(voltigeur=voltigeur)

    page = page_of(field, reverse("priority_why", args=[visit.actor.slug]))

    assert "Une rencontre est déjà prévue" in page
    assert (visit.get_absolute_url() in page, other.get_absolute_url() in page) == (True, False)


def test_the_month_of_all_is_one_step_away_from_the_team_alone(client: Client, voltigeur: User, lead: User) -> None:
    address, of_all = reverse("month_report_choose"), f"{timezone.localdate():%Y-%m}/?voltigeur=tous"

    client.force_login(voltigeur)
    own = page_of(client, address)
    client.force_login(lead)
    all_of_them = page_of(client, address)

    assert (of_all in own, of_all in all_of_them) == (False, True)
    assert client.get(f"/equipe/bilan/{of_all}").status_code == 200
