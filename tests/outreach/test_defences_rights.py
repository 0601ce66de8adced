"""Free words, and who was met, are read by those who have the right, and by nobody through another door."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory.models import Actor, Need
from directory.services import WantedNeed
from outreach import services
from outreach.enums import NoteKind, SentState, VisitState
from outreach.models import FieldArea, FieldReport, Tour, Visit
from outreach.services import Person, Report
from soco.accounts.roles import FIELD, TEAM
from tests.factories import FieldReportFactory, UserFactory, VisitFactory
from tests.outreach.field_reports import report
from tests.outreach.visiting import signed_in

pytestmark = pytest.mark.django_db
WORDS = [
    "SECRETDUMAIRE",
    "SECRETDELANOTE",
    "Jeanne SECRETE",
    "jeanne.secrete@mairie.exemple",
    "06 98 76 54 32",
    "SECRETDUTELEPHONE",
]


@pytest.fixture
def told(db: Any) -> Visit:
    """A visit, a note and a report from a phone, each with free words."""
    user = UserFactory(staff=True, email="lou@reseau.exemple")
    visit = VisitFactory(actor__name="Pau", voltigeur=user, starts_at=timezone.now() - timedelta(hours=3))
    who = Person("Maire", "Jeanne SECRETE", "jeanne.secrete@mairie.exemple", "06 98 76 54 32", agrees=True)
    said = Report(
        result=VisitState.DONE, starts_at=visit.starts_at, text="SECRETDUMAIRE", people=[who],
        needs=[WantedNeed("n1", "Une formation", "", "")], values={"phone": "05 59 11 22 33"},
    )  # fmt: skip
    services.record_visit(visit, said, by=user, read_version=1)
    visit.refresh_from_db()
    services.record_visit(visit, said, by=user, read_version=visit.version)  # its former words are in the history
    services.note_exchange(visit.actor, NoteKind.CALL_IN, by=user, text="SECRETDELANOTE")
    FieldReportFactory(visit=visit, state=SentState.CONFLICT, content=report(text="SECRETDUTELEPHONE"))
    VisitFactory(actor=visit.actor, voltigeur=user)
    services.score_priorities()
    return Visit.objects.get(pk=visit.pk)


def read_all(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    return content.decode("utf-8", "replace")


def pages_about(visit: Visit) -> list[str]:
    slug, pk = visit.actor.slug, visit.pk
    need = Need.objects.from_origin(visit.origin).first()
    planned = Visit.objects.planned().first()
    month = f"{timezone.localdate():%Y-%m}"
    lists = (
        "visites",
        "notes",
        "engagements",
        "besoins",
        "priorites",
        "tournees",
        "couverture",
        "rendez-vous",
        "propositions",
    )
    return [
        *(f"/equipe/{name}/" for name in lists),
        *(
            f"/equipe/{name}/export.{kind}"
            for name in lists
            if name not in ("propositions",)
            for kind in ("csv", "xlsx")
        ),
        *(
            "/equipe/",
            "/equipe/visites/?etat=toutes",
            "/equipe/visites/export.csv?etat=toutes",
            "/equipe/visites/export.xlsx?etat=toutes",
        ),
        *("/equipe/visites/?q=SECRETDUMAIRE&etat=toutes", "/equipe/notes/?q=SECRETDELANOTE"),
        *(
            visit.get_absolute_url(),
            f"/equipe/collectivites/{slug}/contacts/",
            f"/equipe/collectivites/{slug}/preparer/",
        ),
        *(f"/equipe/visites/{planned.pk}/preparer/", f"/equipe/priorites/{slug}/", "/equipe/terrain/conflits/"),
        *(f"/equipe/bilan/{month}/", f"/equipe/bilan/{month}/bilan.xlsx", f"/equipe/besoins/{need.pk}/"),
        *(f"/equipe/terrain/conflits/{FieldReport.objects.get().pk}/", f"/equipe/visites/{pk}/compte-rendu/"),
        *("/equipe/visites/comptes-rendus.csv?etat=toutes", "/equipe/visites/comptes-rendus.xlsx?etat=toutes"),
        *(
            visit.actor.get_absolute_url(),
            "/recherche/?q=SECRETDUMAIRE",
            "/terrain/",
            "/terrain/donnees.json",
            "/equipe/couverture/collectivites/",
        ),
    ]


def admin_pages() -> list[str]:
    found = []
    for model in admin.site._registry:
        if model._meta.app_label not in ("outreach", "directory"):
            continue
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found.append(reverse(f"{name}_changelist"))
        for row in model._default_manager.all()[:3]:
            found += [reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "history", "delete")]
    return found


def leaks(client: Client, addresses: list[str], words: list[str]) -> list[tuple[str, str]]:
    found = []
    for address in addresses:
        response = client.get(address)
        assert response.status_code < 500, address
        if response.status_code == 200:
            text = read_all(response)
            found += [(address, word) for word in words if word in text and f"q={word}" not in address]
    return found


def test_whoever_may_not_read_reports_reads_none_anywhere(told: Visit) -> None:
    user = UserFactory(staff=True, email="lise@reseau.exemple")
    signed_in(FIELD)  # the permissions exist
    codes = ["view_", "change_visit", "change_tour", "change_need", "review_changeproposal", "change_fieldarea"]
    for permission in Permission.objects.select_related("content_type"):
        if (
            any(permission.codename.startswith(code) for code in codes)
            and permission.content_type.app_label != "surveys"
        ):
            user.user_permissions.add(permission)
    client = Client()
    client.force_login(user)

    assert leaks(client, [*pages_about(told), *admin_pages()], WORDS) == []


def test_no_export_of_a_voltigeur_holds_them_and_no_page_of_the_public_does(told: Visit) -> None:
    exports = [each for each in pages_about(told) if ".csv" in each or ".xlsx" in each]
    member = Client()
    member.force_login(UserFactory())

    assert leaks(signed_in(FIELD), [*exports, "/equipe/terrain/conflits/export.csv?etat=tous"], WORDS) == []
    for client in (Client(), member):
        assert leaks(client, pages_about(told), [*WORDS, "Une formation"]) == []


def test_the_data_of_a_voltigeur_and_the_sheets_of_another(told: Visit) -> None:
    other = signed_in(FIELD, email="max@reseau.exemple")

    assert leaks(other, ["/terrain/", "/terrain/donnees.json", "/compte/donnees/"], WORDS) == []
    assert other.get(f"/terrain/fiches/{told.pk}.json").status_code == 404
    area = FieldArea.objects.create(user=told.voltigeur)
    assert leaks(Client(), [reverse("voltigeur_feed", args=[area.feed_token])], WORDS) == []


def test_what_the_team_decides_a_voltigeur_does_not(told: Visit) -> None:
    field, lead = signed_in(FIELD), signed_in(TEAM, email="lea@reseau.exemple")
    month = f"{timezone.localdate():%Y-%m}"
    kept = services.current_weights()

    for address in (
        f"/equipe/bilan/{month}/?voltigeur={told.voltigeur_id}",
        f"/equipe/bilan/{month}/bilan.pdf?voltigeur=tous",
    ):
        assert (field.get(address).status_code, lead.get(address).status_code) == (404, 200)
    for address, typed in (
        ("/equipe/priorites/reglages/", dict.fromkeys(kept, 1)),
        ("/equipe/couverture/objectifs/", {"departement": "region", "percent": "5", "reach_by": "2030-01-01"}),
        ("/equipe/adhesions/ajouter/", {"actor": told.actor.name, "year": "2026"}),
        ("/equipe/adhesions/importer/confirmer/", {"fichier": "x"}),
        (f"/equipe/secteurs/{told.voltigeur_id}/", {"departement_codes": ["64"]}),
    ):
        assert field.post(address, typed).status_code == 403, address
    assert services.current_weights() == kept


def test_a_reader_without_the_right_to_write_changes_nothing(told: Visit, confirmed: Tour) -> None:
    user = UserFactory(staff=True, email="lise@reseau.exemple")
    for code in ("view_visit", "view_tour", "read_report"):
        user.user_permissions.add(*Permission.objects.filter(codename=code, content_type__app_label="outreach"))
    reader = Client()
    reader.force_login(user)
    stop = confirmed.stops.first()
    for address, typed in (
        (confirmed.get_absolute_url(), {"geste": "annuler"}),
        (f"/equipe/rendez-vous/{stop.pk}/", {"geste": "retirer"}),
        (f"/equipe/tournees/{confirmed.pk}/creneaux/", {}),
        (f"/equipe/collectivites/{told.actor.slug}/contacts/", {"geste": "noter", "kind": "refus"}),
        (f"/equipe/visites/{told.pk}/compte-rendu/", {}),
        (f"/equipe/terrain/conflits/{FieldReport.objects.get().pk}/", {"tout": "telephone"}),
        ("/equipe/priorites/recompter/", {}),
    ):
        assert reader.post(address, typed).status_code == 403, address
    assert Tour.objects.get(pk=confirmed.pk).is_confirmed
    assert Actor.objects.get(pk=told.actor_id).contact_state == "rencontree"
