"""The life of an announcement: sent, confirmed, read, published, changed, extended, closed, forgotten; each gesture twice."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from directory import services
from directory.enums import Nature
from directory.models import Actor, PartnerSearch
from directory.notifications import search_link
from directory.services import DirectoryError
from directory.services.demo_searches import seed_demo_searches
from directory.tasks import tend_searches
from soco.mailing.models import Message
from soco.web import registries
from tests.directory.partner_searches.announcements import in_days, mails, values
from tests.factories import (
    AttachmentFactory,
    CommuneFactory,
    CountryFactory,
    PartnerFactory,
    PartnerSearchFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

WHO = {"name": " Sankt  Waldried ", "country": "DE", "email": "Rathaus@Waldried.exemple"}


def again(search: PartnerSearch) -> PartnerSearch:
    return PartnerSearch.objects.get(pk=search.pk)


# --- sent -------------------------------------------------------------------------------------------------------------------
def test_a_referent_s_announcement_waits_and_is_acknowledged() -> None:
    user, actor = UserFactory(email="camille@exemple.fr"), CommuneFactory()

    search = services.deposit_search(actor, values(title="L’Île & l'Œuvre"), by_user=user)

    assert services.deposit_search(actor, values(title="L’Île & l'Œuvre"), by_user=user) == search
    assert search.slug == f"l-ile-l-oeuvre-{search.pk}"
    assert list(PartnerSearch.objects.pending()) == [search]
    assert mails() == [("received", "camille@exemple.fr")]


def test_an_authority_abroad_confirms_by_its_link_before_anybody_reads() -> None:
    search = services.propose_search(values(), **WHO)

    assert services.propose_search(values(), **WHO) == search
    assert (search.who, search.by_email) == ("Sankt Waldried", "rathaus@waldried.exemple")
    assert list(PartnerSearch.objects.pending()) == []
    assert services.accept_search(search, by="equipe@exemple.fr") is False
    assert [services.confirm_search(search), services.confirm_search(search)] == [True, False]
    assert list(PartnerSearch.objects.pending()) == [search]
    assert mails() == [("received", "rathaus@waldried.exemple")]


def test_the_receipt_says_nothing_that_a_stranger_typed(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        search = services.propose_search(values(title="Gagnez un million", description="Cliquez ici"), **WHO)

    (letter,) = mail.outbox
    assert search_link(search) in letter.body
    for typed in ("Gagnez", "Cliquez", "Waldried"):
        assert typed not in str(letter.subject) + letter.body + letter.to[0]


def test_few_wait_for_one_address() -> None:
    for number in range(3):
        services.propose_search(values(title=f"Annonce {number}"), **WHO)

    with pytest.raises(DirectoryError, match="ouvriez le lien"):
        services.propose_search(values(title="Une de trop"), **WHO)
    assert len(mails()) == 3


# --- read by staff ------------------------------------------------------------------------------------------------------------
def test_accepted_in_staff_s_words_and_said_to_its_author() -> None:
    search = PartnerSearchFactory(by_user=UserFactory(email="camille@exemple.fr"))

    assert services.accept_search(search, by="equipe@exemple.fr", values=values(title="Mieux dit")) is True
    assert services.accept_search(search, by="equipe@exemple.fr") is False

    search = again(search)
    assert (search.title, search.state, search.decided_by) == ("Mieux dit", "publiee", "equipe@exemple.fr")
    assert search.slug == f"mieux-dit-{search.pk}"
    assert list(PartnerSearch.objects.open(timezone.localdate())) == [search]
    assert mails() == [("published", "camille@exemple.fr")]


def test_the_fiche_of_an_authority_abroad_is_found_or_made() -> None:
    known = PartnerFactory(foreign=True, name="Sankt Waldried", country__iso2="DE")
    PartnerFactory(foreign=True, name="Sankt Waldried", country__iso2="ES")
    first, second = PartnerSearchFactory(foreign=True), PartnerSearchFactory(foreign=True)

    assert services.author_candidates(first) == [known]
    services.accept_search(first, by="equipe@exemple.fr", actor=known)
    services.accept_search(second, by="equipe@exemple.fr")

    assert again(first).actor == known
    made: Any = again(second).actor
    assert (made.nature, made.name, made.country_id) == (Nature.ETRANGERE, "Sankt Waldried", "DE")
    assert made.provenance["*"]["source"] == "organisation"


def test_an_announcement_that_is_over_is_not_published() -> None:
    search = PartnerSearchFactory(deadline=in_days(-1))

    with pytest.raises(DirectoryError, match="dernier jour"):
        services.accept_search(search, by="equipe@exemple.fr")
    assert again(search).is_pending


def test_refused_with_its_reason_then_corrected() -> None:
    search = PartnerSearchFactory(foreign=True)

    assert services.refuse_search(search, by="equipe@exemple.fr", reason=" Dites quel thème. ") is True
    assert services.refuse_search(search, by="equipe@exemple.fr", reason="Non") is False
    assert (again(search).state, again(search).reason) == ("refusee", "Dites quel thème.")
    assert mails() == [("refused", "rathaus@waldried.exemple")]

    assert services.change_search(search, values(title="Autour de la voile")) is True
    assert (again(search).is_pending, again(search).reason, again(search).decided_at) == (True, "", None)


def test_a_change_by_its_author_is_read_again() -> None:
    search = PartnerSearchFactory(published=True, **values())

    assert services.change_search(search, values()) is False
    assert again(search).is_published
    assert services.change_search(search, values(description="Autre chose.")) is True
    assert again(search).is_pending
    assert list(PartnerSearch.objects.open(timezone.localdate())) == []


def test_closed_then_reopened() -> None:
    search = PartnerSearchFactory(published=True)

    assert [services.close_search(search), services.close_search(search)] == [True, False]
    assert (again(search).state, again(search).decided_by) == ("close", "son auteur")
    assert [services.reopen_search(search), services.reopen_search(search)] == [True, False]
    assert again(search).is_pending


@pytest.mark.parametrize(
    "fields",
    [
        {"actor": None},
        {"actor": None, "authority_name": "Sankt Waldried"},
        {"state": "publiee"},
        {"published": True, "actor": None, "authority_name": "Sankt Waldried", "authority_country": "DE"},
        {"published": True, "confirmed_at": None},
        {"theme_codes": ["a", "b", "c", "d"]},
    ],
)
def test_the_database_refuses_what_makes_no_sense(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerSearchFactory(**fields)


# --- the clock ------------------------------------------------------------------------------------------------------------------
def test_the_clock_warns_once_then_closes() -> None:
    author = UserFactory(email="camille@exemple.fr")
    ending = PartnerSearchFactory(published=True, by_user=author, deadline=in_days(14))
    later = PartnerSearchFactory(published=True, by_user=author, deadline=in_days(15))
    over = PartnerSearchFactory(published=True, by_user=author, deadline=in_days(-1))
    endless = PartnerSearchFactory(published=True, by_user=author)
    last_day = PartnerSearchFactory(published=True, deadline=in_days(0))

    tend_searches()
    tend_searches()

    assert mails() == [("ending", "camille@exemple.fr")]
    assert Message.objects.get().about == f"search:{ending.pk}"
    assert [again(search).state for search in (ending, later, over, endless, last_day)] == [
        "publiee", "publiee", "close", "publiee", "publiee",
    ]  # fmt: skip


def test_kept_online_it_is_warned_of_again_and_the_first_warning_is_void() -> None:
    search = PartnerSearchFactory(published=True, by_email="a@exemple.fr", deadline=in_days(5))
    today = timezone.localdate()
    services.warn_of_ends(today)

    first = services.extend_search(search, today)

    assert first == in_days(183)
    assert services.extend_search(search, today) == first
    with time_machine.travel(timezone.now() + timedelta(days=175), tick=False):
        services.warn_of_ends(timezone.localdate())
    assert mails() == [("ending", "a@exemple.fr"), ("ending", "a@exemple.fr")]


def test_one_that_is_closed_is_not_kept_online() -> None:
    assert services.extend_search(PartnerSearchFactory(closed=True), timezone.localdate()) is None


# --- forgetting -----------------------------------------------------------------------------------------------------------------
def test_what_a_person_takes_away_and_what_their_erasure_leaves() -> None:
    user = UserFactory(email="camille@exemple.fr")
    entry = next(entry for entry in registries.personal_data() if entry.code == "directory.searches")
    mine = PartnerSearchFactory(title="La mienne", published=True, by_user=user)
    alone = PartnerSearchFactory(title="Sans compte", published=True, by_email="camille@exemple.fr")
    PartnerSearchFactory(title="Jamais attachée", foreign=True, by_email="camille@exemple.fr")
    other = PartnerSearchFactory(title="D’une autre", published=True, by_user=UserFactory())

    assert sorted(row["annonce"] for row in entry.export(user)) == ["Jamais attachée", "La mienne", "Sans compte"]

    assert "sans votre nom" in entry.erase(user)
    assert entry.erase(user) == ""
    assert [(row.title, row.state, row.by_user_id, row.by_email) for row in PartnerSearch.objects.order_by("pk")] == [
        ("La mienne", "publiee", None, ""),
        ("Sans compte", "close", None, ""),
        ("D’une autre", "publiee", other.by_user_id, ""),
    ]
    assert [again(mine).link_version, again(alone).link_version, again(other).link_version] == [2, 2, 1]


def test_the_purges_forget_old_authors_and_what_was_never_confirmed() -> None:
    now = timezone.now()
    old = PartnerSearchFactory(closed=True, by_email="a@exemple.fr", decided_at=now - timedelta(days=1096))
    young = PartnerSearchFactory(closed=True, by_email="a@exemple.fr", decided_at=now - timedelta(days=1094))
    silent, asked = (PartnerSearchFactory(foreign=True, confirmed_at=None) for _ in range(2))
    PartnerSearch.objects.filter(pk=silent.pk).update(created_at=now - timedelta(days=31))
    runs = {purge.code: purge.run for purge in registries.purges()}

    def forgotten(apply: bool) -> list[int]:
        return [runs[code](apply) for code in ("directory.search_authors", "directory.search_unconfirmed")]

    assert [forgotten(False), forgotten(True), forgotten(True)] == [[1, 1], [1, 1], [0, 0]]
    assert [again(old).by_email, again(young).by_email] == ["", "a@exemple.fr"]
    assert list(PartnerSearch.objects.unconfirmed()) == [asked]


def test_the_reader_of_the_team_who_goes_is_forgotten_too() -> None:
    search = PartnerSearchFactory(published=True, decided_by="lea@exemple.fr")

    services.forget_name_in_histories(["lea@exemple.fr"])

    assert again(search).decided_by == "compte effacé"


# --- where answers go -----------------------------------------------------------------------------------------------------------
def test_an_answer_reaches_the_author_then_the_referents_then_the_public_address() -> None:
    actor = CommuneFactory(email="accueil@exemple.fr")
    search = PartnerSearchFactory(published=True, actor=actor, by_email="auteur@exemple.fr")

    assert services.reach_of(actor, search).addresses == ("auteur@exemple.fr",)
    assert services.reach_of(actor).addresses == ("accueil@exemple.fr",)
    AttachmentFactory(actor=actor, accepted=True, user__email="referent@exemple.fr")
    PartnerSearch.objects.update(by_email="")
    assert services.reach_of(actor, again(search)).addresses == ("referent@exemple.fr",)


def test_the_demonstration_writes_to_nobody_and_is_seeded_once() -> None:
    for name in ("Sankt Waldried", "Ndiagour"):
        PartnerFactory(foreign=True, demo=True, name=name, country__iso2="DE" if name != "Ndiagour" else "SN")
    CountryFactory(iso2="FR")
    Actor.objects.filter(name="Ndiagour").update(name="Une vraie commune", is_demo=False)

    assert [seed_demo_searches(), seed_demo_searches()] == [1, 0]
    search = PartnerSearch.objects.get()
    assert (search.who, search.is_demo, search.is_published) == ("Sankt Waldried", True, True)
    assert mails() == []
