"""A visit's report: all of it on one page, nothing typed is ever lost, nobody overwrites anybody."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from directory.enums import ContactState, NeedState, Vitality
from directory.models import ChangeProposal, Contact, Need
from outreach.enums import VisitState
from outreach.models import Visit
from outreach.services import record_visit
from soco.accounts.roles import FIELD
from tests.factories import (
    CommuneFactory,
    JumelageFactory,
    ServiceFactory,
    UserFactory,
    VisitFactory,
)
from tests.outreach.test_visits import DONE
from tests.outreach.visiting import report_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def voltigeur() -> Client:
    return signed_in(FIELD, email="lea@reseau.example")


@pytest.fixture
def visit(voltigeur) -> Visit:
    return VisitFactory(
        actor=CommuneFactory(name="Salies", phone="05 59 38 00 00", website=""),
        voltigeur=voltigeur.user,
        starts_at=timezone.now() - timedelta(days=1),
    )


def send(client: Client, visit: Visit, **typed: str):
    return client.post(f"{visit.get_absolute_url()}compte-rendu/", report_of(**typed))


def test_a_whole_report_in_one_page(voltigeur, visit) -> None:
    service = ServiceFactory(code="conseil")
    jumelage = JumelageFactory(collectivite=visit.actor, vitality=Vitality.ACTIVE)
    soon = (timezone.localdate() + timedelta(days=60)).isoformat()

    answer = send(
        voltigeur, visit,
        minutes="90", km="42", checklist="services", text="Bel accueil.", next_contact_on=soon,
        **{
            "personnes-0-job": "Maire", "personnes-0-name": "Anne Roy", "personnes-0-email": "a.roy@salies.example",
            "personnes-0-agrees": "on", "personnes-0-as_contact": "on", "personnes-1-job": "DGS",
            "besoins-0-label": "Un dossier CERV", "besoins-0-service": "conseil", "besoins-0-urgency": "30",
            "besoins-0-owner": str(voltigeur.user.pk), "besoins-0-code": "abc1",
            "engagements-0-text": "Envoyer la liste", "engagements-0-due_on": soon,
            "fiche-phone": "05 59 38 11 11", "vu-fiche-phone": "05 59 38 00 00",
            f"j{jumelage.pk}-vitality": "en-sommeil", f"vu-j{jumelage.pk}-vitality": "actif",
        },
    )  # fmt: skip

    assert answer.url == visit.get_absolute_url()
    visit.refresh_from_db()
    assert (visit.state, visit.minutes, visit.km, visit.report) == (VisitState.DONE, 90, 42, "Bel accueil.")
    assert [str(person) for person in visit.people.all()] == ["Anne Roy · Maire", "DGS"]
    need = Need.objects.get()
    assert (need.service, need.owner, need.state) == (service, voltigeur.user, NeedState.IN_HAND)
    assert need.due_on == timezone.localdate() + timedelta(days=30)
    assert [row.text for row in visit.commitments.all()] == ["Envoyer la liste"]
    assert [contact.email for contact in Contact.objects.of_actor(visit.actor)] == ["a.roy@salies.example"]
    changes = {change.field: change.new for row in ChangeProposal.objects.pending() for change in row.changes.all()}
    assert changes == {"phone": "05 59 38 11 11", "vitality": "en-sommeil"}
    visit.actor.refresh_from_db()
    assert visit.actor.contact_state == ContactState.MET
    page = voltigeur.get(visit.get_absolute_url()).content.decode()
    assert [word for word in ("Un dossier CERV", "Envoyer la liste", "Bel accueil.") if word not in page] == []


def test_the_same_page_sent_twice_is_written_once(voltigeur, visit) -> None:
    typed = {
        "text": "Bel accueil.",
        "besoins-0-label": "Un conseil",
        "besoins-0-code": "a1",
        "personnes-0-job": "Maire",
    }

    first, second = (send(voltigeur, visit, **typed) for _time in range(2))

    assert first.url == second.url == visit.get_absolute_url()
    visit.refresh_from_db()
    assert (visit.version, Need.objects.count(), visit.people.count()) == (2, 1, 1)


def test_a_line_is_added_without_losing_what_was_typed(voltigeur, visit) -> None:
    page = send(
        voltigeur, visit,
        geste="ajouter:personnes", text="À garder", minutes="pas un nombre", starts_at_0="2026-01-12",
        **{"personnes-0-job": "Maire", "engagements-0-text": "Rappeler", "fiche-website": "salies.example"},
    )  # fmt: skip

    desk = page.context["desk"]
    assert [form["job"].value() for form in desk.people] == ["Maire", None]
    assert (desk.main["text"].value(), desk.main["minutes"].value()) == ("À garder", "pas un nombre")
    assert desk.promises[0]["text"].value() == "Rappeler"
    assert desk.fiche["website"].value() == "salies.example"
    assert (page.status_code, page.context["problems"]) == (200, [])
    visit.refresh_from_db()
    assert visit.is_planned


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"result": ""}, "Dites ce qu’a donné la visite."),
        ({"starts_at_0": "2199-01-01"}, "Cette date n’est pas plausible"),
        ({"minutes": "-4"}, "supérieure ou égale à 1"),
        ({"km": "9999"}, "inférieure ou égale à 2000"),
        ({"wish": "pause"}, "Dites jusqu’à quel jour"),
        ({"wish": "pause", "wish_until": "2020-01-01"}, "Ce jour est passé."),
        ({"wish_until": "2199-01-01"}, "Seule une pause a un dernier jour."),
        ({"postponed_to_0": "2027-01-01", "postponed_to_1": "10:00"}, "Seule une visite reportée a une nouvelle date."),
        ({"personnes-0-name": "Anne Roy"}, "Sans son accord, seule sa fonction est gardée"),
        ({"personnes-0-job": "Maire", "personnes-0-as_contact": "on"}, "Un contact a un nom et une adresse"),
        ({"personnes-0-email": "pas une adresse"}, "adresse"),
        ({"besoins-0-detail": "Vite"}, "Dites en quelques mots ce qui est demandé."),
        ({"engagements-0-due_on": "2027-01-01"}, "Dites ce qui est promis."),
        ({"fiche-phone": "05"}, "Écrivez le numéro en entier"),
        ({"fiche-website": "ftp://salies"}, "Écrivez l’adresse comme ceci"),
        ({"version": "un"}, "nombre entier"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(voltigeur, visit, typed, said) -> None:
    page = send(voltigeur, visit, **{"text": "À garder"} | typed)

    assert page.status_code == 200
    assert any(said in words for _box, _label, words in page.context["problems"]), page.context["problems"]
    assert "À garder" in page.content.decode()
    visit.refresh_from_db()
    assert visit.is_planned


def test_what_a_colleague_wrote_is_shown_beside_what_was_typed(voltigeur, visit) -> None:
    colleague = UserFactory(email="marc@reseau.example")
    record_visit(visit, DONE, by=colleague, read_version=1)
    Visit.objects.filter(pk=visit.pk).update(report="Le maire est d’accord.", km=12)

    page = send(voltigeur, visit, text="Le maire hésite.", km="42", **{"personnes-0-job": "Maire"})

    assert page.status_code == 409
    told = {one.name: (one.theirs, one.mine) for one in page.context["differences"]}
    assert told["text"] == ("Le maire est d’accord.", "Le maire hésite.")
    assert told["km"] == ("12", "42")
    assert told["personnes"] == ("", "Maire")
    assert page.context["desk"].main["text"].value() == "Le maire hésite."
    visit.refresh_from_db()
    assert visit.report == "Le maire est d’accord."

    version = str(page.context["desk"].main["version"].value())
    both = send(voltigeur, visit, geste="joindre:text", text="Le maire hésite.", km="42", version=version)
    assert both.context["desk"].main["text"].value() == "Le maire est d’accord.\n\nLe maire hésite."
    theirs = send(voltigeur, visit, geste="reprendre:km", text="Le maire hésite.", km="42", version=version)
    assert theirs.context["desk"].main["km"].value() == 12
    assert "km" not in [one.name for one in theirs.context["differences"]]

    done = send(voltigeur, visit, text="D’accord, puis hésite.", km="12", version=version)
    assert done.status_code == 302
    visit.refresh_from_db()
    assert visit.report == "D’accord, puis hésite."


def test_a_report_is_corrected_from_what_it_said(voltigeur, visit) -> None:
    send(
        voltigeur, visit,
        wish="refus",
        **{
            "personnes-0-job": "Maire", "besoins-0-label": "Un conseil", "besoins-0-code": "a1",
            "engagements-0-text": "Rappeler", "fiche-phone": "05 59 38 11 11", "vu-fiche-phone": "05 59 38 00 00",
        },
    )  # fmt: skip

    desk = voltigeur.get(f"{visit.get_absolute_url()}compte-rendu/").context["desk"]

    assert (desk.main["version"].value(), desk.main["wish"].value()) == (2, "refus")
    assert [form["job"].value() for form in desk.people] == ["Maire", None]
    assert (desk.needs[0]["label"].value(), desk.needs[0]["code"].value()) == ("Un conseil", "a1")
    assert desk.promises[0]["pk"].value() == visit.commitments.get().pk
    assert desk.fiche["phone"].value() == "05 59 38 11 11"
    assert dict(desk.fiche.hidden())["vu-fiche-phone"] == "05 59 38 00 00"

    send(voltigeur, visit, version="2")
    visit.actor.refresh_from_db()
    assert visit.actor.contact_state == ContactState.MET
    assert (Need.objects.count(), visit.commitments.count(), ChangeProposal.objects.pending().count()) == (0, 0, 0)


def test_what_nobody_touched_is_not_proposed_even_if_the_fiche_changed(voltigeur, visit) -> None:
    type(visit.actor).objects.filter(pk=visit.actor_id).update(phone="05 59 99 99 99")

    send(voltigeur, visit, **{"fiche-phone": "05 59 38 00 00", "vu-fiche-phone": "05 59 38 00 00"})

    assert not ChangeProposal.objects.exists()


def test_who_may_not_read_reports_does_not_correct_them(voltigeur, visit) -> None:
    group = voltigeur.user.groups.get()
    group.permissions.remove(Permission.objects.get(codename="read_report"))

    assert voltigeur.get(f"{visit.get_absolute_url()}compte-rendu/").status_code == 403
    assert send(voltigeur, visit).status_code == 403


# --- not planned ------------------------------------------------------------------------------------------------------------
def test_a_visit_that_nobody_planned_is_written_in_one_page_once(voltigeur) -> None:
    pau = CommuneFactory(name="Pau")
    start = voltigeur.post("/equipe/visites/deja-faite/", {"actor": "Pau"})
    assert start.url == f"/equipe/visites/deja-faite/?acteur={pau.slug}"
    once = voltigeur.get(start.url).context["desk"].main["once"].value()
    typed = report_of(kind="telephone", subject="Au passage", text="Bien reçu.", once=once, checklist="voisins")

    first, second = (voltigeur.post(start.url, typed) for _time in range(2))

    visit = Visit.objects.get()
    assert first.url == second.url == visit.get_absolute_url()
    assert (visit.actor, visit.kind, visit.state, visit.subject) == (pau, "telephone", "realisee", "Au passage")
    pau.refresh_from_db()
    assert pau.contact_state == ContactState.MET


def test_a_visit_that_nobody_planned_keeps_what_is_typed(voltigeur) -> None:
    pau = CommuneFactory(name="Pau")
    address = f"/equipe/visites/deja-faite/?acteur={pau.slug}"

    wrong = voltigeur.post(address, report_of(kind="visite", text="À garder", starts_at_0="2199-01-01"))
    added = voltigeur.post(address, report_of(kind="visite", text="À garder", geste="ajouter:besoins"))

    assert all("À garder" in page.content.decode() for page in (wrong, added))
    assert not Visit.objects.exists()


def test_a_report_costs_the_same_whatever_it_holds(voltigeur, visit, django_assert_num_queries) -> None:
    address = f"{visit.get_absolute_url()}compte-rendu/"
    send(voltigeur, visit, **{"personnes-0-job": "Maire", "besoins-0-label": "Un", "engagements-0-text": "Un"})
    voltigeur.get(address)  # tells what was saved, once
    with django_assert_num_queries(15):
        voltigeur.get(address)
    lines = {f"{part}-{n}-{name}": str(n) for n in range(3) for part, name in LINES}
    send(voltigeur, visit, version="2", **lines)
    JumelageFactory.create_batch(2, collectivite=visit.actor)
    voltigeur.get(address)
    with django_assert_num_queries(15):
        voltigeur.get(address)


LINES = (("personnes", "job"), ("besoins", "label"), ("engagements", "text"))
