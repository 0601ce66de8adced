"""The network's services, what actors ask for, and what becomes of it: rules, words, gestures, each of them twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from directory import services
from directory.enums import NeedState, Source
from directory.models import DatasetLoad, Need, NeedQuerySet, Service
from directory.referentiel import ReferentielError, read_services
from directory.referentiel.datasets import DATA_FOLDER, read_datasets
from directory.services import DirectoryError, WantedNeed, is_referentiel_loaded, load_referentiel
from tests.directory.merging.worlds import two_fiches
from tests.directory.official_files import OfficialFiles
from tests.directory.test_attachments_at_once import at_once
from tests.factories import CommuneFactory, DepartementFactory, NeedFactory, ServiceFactory, UserFactory

TODAY = timezone.localdate()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
CONSEIL = WantedNeed("Q35:conseil", "Un conseil sur une convention", service="conseil")
FORMATION = WantedNeed(
    "Q35:formations", "Une formation au montage de projet", service="formations", detail="Au printemps."
)

pytestmark = pytest.mark.django_db


def express(actor: Any, *wanted: WantedNeed, origin: str = "response:42") -> int:
    return services.express_needs(actor, wanted, origin=origin, source=Source.SURVEY)


def labels(needs: NeedQuerySet) -> list[str]:
    return list(needs.values_list("label", flat=True))


def told(need: Need) -> tuple[str, Any, str, bool, str]:
    need.refresh_from_db()
    return need.state, need.owner, need.answer, need.answered_at is not None, need.closed_by


# --- the offer --------------------------------------------------------------------------------------------------------------
def test_the_nine_services_are_said_in_whole_sentences_and_lead_to_pages_that_exist(client: Client) -> None:
    rows = read_services(DATA_FOLDER, read_datasets())

    assert list(rows) == [
        *("repertoire", "conseil", "formations", "groupes_pays", "groupes_thematiques", "veille", "mise_en_relation"),
        *("petits_dejeuners", "appui_jumelages"),
    ]
    for row in rows.values():
        assert all(text.endswith(".") for text in (row.summary, row.audience, row.how_to_ask))
        words = {"summary": row.summary, "audience": row.audience, "how_to_ask": row.how_to_ask, "url": row.url}
        Service(code=row.code, name=row.name, **words).full_clean()
    pages = {row.url for row in rows.values() if row.url}
    assert len(pages) == 7
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


def test_services_are_loaded_once_and_then_belong_to_staff(files: OfficialFiles) -> None:
    words = {"resume": "Nous répondons.", "pour_qui": "Les élus.", "comment": "Écrivez-nous."}
    files.add("services", code="conseil", nom="Un conseil", page="/contact/", **words)
    files.add("services", code="veille", nom="Une veille", **words)

    first = load_referentiel("75", folder=files.folder)
    Service.objects.filter(pk="conseil").update(name="Un conseil au téléphone", is_active=False)
    again = load_referentiel("75", folder=files.folder)

    assert (first.by_dataset["services"]["created"], again.by_dataset["services"]["created"]) == (2, 0)
    assert list(Service.objects.values_list("code", "name", "url", "position", "is_active")) == [
        ("conseil", "Un conseil au téléphone", "/contact/", 1, False),
        ("veille", "Une veille", "", 2, True),
    ]
    assert [service.pk for service in Service.objects.active()] == ["veille"]


def test_a_portal_loaded_before_there_were_services_loads_them(loaded: OfficialFiles) -> None:
    assert is_referentiel_loaded("75", loaded.folder)

    DatasetLoad.objects.filter(dataset="services").delete()

    assert not is_referentiel_loaded("75", loaded.folder)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"code": "Conseil"}, "un code en minuscules sans accent, comme groupes_pays"),
        ({"page": "https://ailleurs.exemple/"}, "une adresse du portail, qui commence par « / »"),
        ({"page": "//ailleurs.exemple/"}, "une adresse du portail, qui commence par « / »"),
        ({"comment": ""}, "elle est vide"),
    ],
)
def test_a_wrong_line_of_services_is_told(files: OfficialFiles, cells: dict[str, str], sentence: str) -> None:
    line = {
        "code": "conseil",
        "nom": "Un conseil",
        "resume": "A.",
        "pour_qui": "B.",
        "comment": "C.",
        "page": "/contact/",
    }
    files.add("services", **line | cells)

    with pytest.raises(ReferentielError, match=r"services\.csv, ligne 2") as refused:
        load_referentiel("75", folder=files.folder)

    assert sentence in str(refused.value)
    assert Service.objects.count() == 0


def test_a_service_keeps_what_it_was() -> None:
    service = ServiceFactory()
    Service.objects.filter(pk=service.pk).update(name="Un rendez-vous")

    assert Service.pgh_event_model.objects.get().name == "Un conseil individuel"
    with pytest.raises(ValidationError, match="Une adresse du portail"):
        ServiceFactory.build(code="autre", url="javascript:alert(1)").full_clean()


# --- rules ------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"state": "repondu", "answer": "Oui."}, "Un besoin auquel on a répondu a une date de réponse, et lui seul."),
        ({"answered_at": datetime(2026, 1, 1, tzinfo=UTC)}, "a une date de réponse, et lui seul."),
        ({"state": "sans_suite"}, "Un besoin clos dit ce qui a été répondu, ou pourquoi il est sans suite."),
        ({"state": "sans_suite", "answer": "Non.", "answered_at": datetime(2026, 1, 1, tzinfo=UTC)}, "et lui seul."),
        ({"origin": "response:1:Q35:conseil"}, "Ce besoin est déjà noté."),
    ],
)
def test_what_is_always_true(fields: dict[str, Any], sentence: str) -> None:
    NeedFactory(origin="response:1:Q35:conseil")
    need = NeedFactory.build(actor=CommuneFactory(), service=ServiceFactory(), **fields)

    with pytest.raises(ValidationError) as refused:
        need.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        need.save()

    assert any(message.endswith(sentence) for message in refused.value.messages)


# --- words ------------------------------------------------------------------------------------------------------------------
def test_each_word() -> None:
    vienne = DepartementFactory(name="Haute-Vienne", code="87")
    limoges, formations = CommuneFactory(name="Limoges", departement=vienne), ServiceFactory(code="formations")
    owner = UserFactory(staff=True)
    NeedFactory(
        label="nouveau", actor=limoges, created_at=timezone.now() - timedelta(days=9), detail="Une délibération"
    )
    NeedFactory(label="suivi", in_hand=True, owner=owner, due_on=YESTERDAY, service=formations, origin="visit:4:a")
    NeedFactory(label="répondu", answered=True, due_on=YESTERDAY, service=None, origin="visit:42:a")
    NeedFactory(label="écarté", dropped=True)
    needs = Need.objects.oldest_first()

    assert labels(needs) == ["nouveau", "suivi", "répondu", "écarté"]
    assert labels(needs.open()) == ["nouveau", "suivi"]
    assert labels(needs.new()) == ["nouveau"]
    assert labels(needs.late(TODAY)) == ["suivi"]
    assert labels(needs.late(YESTERDAY)) == []
    assert labels(needs.of_actor(limoges)) == ["nouveau"]
    assert labels(needs.of_service(formations)) == ["suivi"]
    assert labels(needs.without_service()) == ["répondu"]
    assert labels(needs.from_origin("visit:4")) == ["suivi"]
    assert labels(needs.owned_by(owner)) == ["suivi"]
    assert labels(needs.without_owner()) == ["nouveau", "écarté"]
    assert labels(needs.in_departements(["87"])) == ["nouveau"]
    assert labels(needs.in_states(["repondu", "sans_suite"])) == ["répondu", "écarté"]
    assert labels(needs.naming("LIMÔGES")) == ["nouveau"]
    assert labels(needs.naming("repondu")) == ["répondu"]
    assert labels(needs.naming("deliberation")) == ["nouveau"]
    assert labels(Need.objects.most_pressing_first()) == ["suivi", "répondu", "nouveau", "écarté"]
    assert needs.counts_by_state() == {"nouveau": 1, "en_cours": 1, "repondu": 1, "sans_suite": 1}
    assert [need.is_late(TODAY) for need in needs] == [False, True, False, False]


# --- asking -----------------------------------------------------------------------------------------------------------------
def test_an_answer_says_what_an_actor_asks_for_once() -> None:
    ServiceFactory()
    actor = CommuneFactory()

    assert [express(actor, CONSEIL, FORMATION) for _twice in range(2)] == [2, 0]

    rows = Need.objects.oldest_first().values_list("actor", "origin", "label", "detail", "service", "source", "state")
    assert list(rows) == [
        (actor.pk, "response:42:Q35:conseil", CONSEIL.label, "", "conseil", "survey", "nouveau"),
        (actor.pk, "response:42:Q35:formations", FORMATION.label, "Au printemps.", None, "survey", "nouveau"),
    ]


def test_an_answer_that_changes_adds_removes_and_leaves_what_was_taken() -> None:
    ServiceFactory(code="formations")
    actor, user = CommuneFactory(), UserFactory(staff=True)
    express(actor, CONSEIL, FORMATION, WantedNeed("Q36", "Un partenaire"))
    express(actor, CONSEIL, origin="response:421")
    services.take_need(Need.objects.get(origin="response:42:Q36"), user)

    veille = WantedNeed("Q35:veille", "Une veille")
    assert express(actor, WantedNeed("Q35:formations", "Deux formations", service="formations"), veille) == 1

    assert sorted(Need.objects.values_list("origin", "label", "state", "service")) == [
        ("response:421:Q35:conseil", CONSEIL.label, "nouveau", None),
        ("response:42:Q35:formations", "Deux formations", "nouveau", "formations"),
        ("response:42:Q35:veille", "Une veille", "nouveau", None),
        ("response:42:Q36", "Un partenaire", "en_cours", None),
    ]
    assert express(actor) == 0
    assert labels(Need.objects.from_origin("response:42")) == ["Un partenaire"]


def test_words_too_long_for_a_line_are_kept_whole() -> None:
    text = "Nous cherchons " + "depuis longtemps " * 20

    express(CommuneFactory(), WantedNeed("Q40", text, detail="Urgent."))

    need = Need.objects.get()
    assert (len(need.label), need.label[-1]) == (200, "…")
    assert need.detail == f"{text.strip()}\n\nUrgent."


@pytest.mark.django_db(transaction=True)
def test_two_identical_answers_at_once_ask_once() -> None:
    actor = CommuneFactory()

    results = at_once(*[lambda: express(actor, CONSEIL, FORMATION)] * 3)

    assert sorted(results) == [0, 0, 2]
    assert Need.objects.count() == 2


# --- answering --------------------------------------------------------------------------------------------------------------
def test_a_need_is_taken_planned_answered_and_opened_again() -> None:
    need, user = NeedFactory(), UserFactory(staff=True, email="marie@reseau.exemple")

    assert [services.take_need(need, user) for _twice in range(2)] == [True, False]
    assert told(need) == (NeedState.IN_HAND, user, "", False, "")
    assert [services.plan_need(need, TOMORROW) for _twice in range(2)] == [True, False]
    assert [services.answer_need(need, " Appelé. ", by=user) for _twice in range(2)] == [True, False]
    assert told(need) == (NeedState.ANSWERED, user, "Appelé.", True, "marie@reseau.exemple")
    assert [services.reopen_need(need) for _twice in range(2)] == [True, False]
    assert told(need) == (NeedState.IN_HAND, user, "Appelé.", False, "")
    assert need.due_on == TOMORROW


def test_a_need_is_dropped_with_its_reason_and_opened_again() -> None:
    need, user = NeedFactory(), UserFactory(staff=True, email="marie@reseau.exemple")

    assert [services.drop_need(need, "La commune a renoncé.", by=user) for _twice in range(2)] == [True, False]
    assert told(need) == (NeedState.DROPPED, user, "La commune a renoncé.", False, "marie@reseau.exemple")


def test_opened_again_without_anybody_it_is_new() -> None:
    need = NeedFactory(dropped=True)

    assert services.reopen_need(need) is True

    assert told(need)[0] == NeedState.NEW


def test_a_colleague_is_not_passed_over_without_knowing() -> None:
    need, user = NeedFactory(in_hand=True, owner__first_name="Léa", owner__last_name="Petit"), UserFactory(staff=True)
    first = need.owner

    for seen in (None, user.pk):
        with pytest.raises(DirectoryError, match="Léa Petit suit déjà ce besoin"):
            services.take_need(need, user, instead_of=seen)

    assert told(need)[1] == first
    assert services.take_need(need, user, instead_of=first.pk) is True
    assert told(need)[1] == user


def test_what_is_refused() -> None:
    user = UserFactory(staff=True)
    answered, dropped, new = NeedFactory(answered=True), NeedFactory(dropped=True), NeedFactory()
    before = [told(need) for need in (answered, dropped, new)]
    closed = "ce besoin est déjà clos"

    for gesture, sentence in (
        (lambda: services.take_need(answered, user), closed),
        (lambda: services.plan_need(dropped, TOMORROW), closed),
        (lambda: services.answer_need(answered, "Autre chose.", by=user), closed),
        (lambda: services.answer_need(dropped, "Oui.", by=user), closed),
        (lambda: services.drop_need(answered, "Non.", by=user), closed),
        (lambda: services.answer_need(new, "  ", by=user), "dites ce qui a été répondu"),
        (lambda: services.drop_need(new, "", by=user), "dites pourquoi ce besoin est sans suite"),
        (lambda: services.plan_need(new, YESTERDAY), "cette échéance est déjà passée"),
    ):
        with pytest.raises(DirectoryError, match=sentence):
            gesture()

    assert [told(need) for need in (answered, dropped, new)] == before


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_at_once_one_takes_it() -> None:
    need, users = NeedFactory(), UserFactory.create_batch(2, staff=True)

    results = at_once(*[lambda user=user: services.take_need(need, user) for user in users])

    assert sorted(str(result)[:4] for result in results) == ["Rien", "True"]


# --- elsewhere --------------------------------------------------------------------------------------------------------------
def test_needs_follow_a_merger_and_come_back() -> None:
    kept, absorbed = two_fiches()
    need, own = NeedFactory(actor=absorbed), NeedFactory(actor=kept)

    merge = services.merge_actors(kept, absorbed, by="equipe@exemple.fr")
    assert set(Need.objects.of_actor(kept)) == {need, own}

    services.undo_merge(merge, by="equipe@exemple.fr")
    assert list(Need.objects.of_actor(absorbed)) == [need]


def test_a_new_need_said_again_with_a_name_and_a_day_is_taken_in_hand() -> None:
    actor, colleague = CommuneFactory(), UserFactory()
    due = timezone.localdate() + timedelta(days=30)
    services.express_needs(actor, [WantedNeed("0", "Un conseil")], origin="visit:1", source=Source.VISIT)

    again = WantedNeed("0", "Un conseil", owner=colleague.pk, due_on=due)
    services.express_needs(actor, [again], origin="visit:1", source=Source.VISIT)

    need = Need.objects.get()
    assert (need.owner, need.due_on, need.state) == (colleague, due, NeedState.IN_HAND)
