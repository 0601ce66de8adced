"""Consents: given once, in words that are kept, taken back at once, shown to the person and erased with the account."""

import pytest

from soco.accounts import consents, privacy
from soco.accounts.models import Consent, ConsentPurpose
from soco.mailing import addresses
from soco.mailing.enums import Category, Reason, State
from soco.mailing.models import Address
from tests.factories import ConsentFactory, MessageFactory, UserFactory

pytestmark = pytest.mark.django_db
NEWS = ConsentPurpose.NEWS


def test_given_once_in_todays_words() -> None:
    user = UserFactory()

    first, second = consents.give(user, NEWS), consents.give(user, NEWS)

    assert first == second
    assert Consent.objects.get().wording == str(consents.WORDINGS[NEWS])
    assert consents.has_given(user, NEWS)
    assert not consents.has_given(UserFactory(), NEWS)


def test_taken_back_at_once_even_for_what_waits() -> None:
    user = UserFactory(email="a@exemple.fr")
    consents.give(user, NEWS)
    waiting = MessageFactory(kind="tests.news", category=Category.INFORMATION, to_email="a@exemple.fr")
    for _time in range(2):
        consents.withdraw(user, NEWS)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (State.SKIPPED, Reason.OPPOSED)
    assert Consent.objects.get().withdrawn_at is not None
    assert Address.objects.get().refuses(Category.INFORMATION)

    consents.give(user, NEWS)
    assert Consent.objects.count() == 2
    assert not Address.objects.get().refuses(Category.INFORMATION)


def test_chosen_in_my_space(client) -> None:
    user = UserFactory()
    client.force_login(user)

    assert "J’accepte de les recevoir" in client.get("/mon-espace/").content.decode()
    client.post("/mon-espace/nouvelles/", {"souhait": "oui"})
    assert "Ne plus les recevoir" in client.get("/mon-espace/").content.decode()
    client.post("/mon-espace/nouvelles/", {"souhait": "non"})
    assert not consents.has_given(user, NEWS)


def test_taken_away_and_erased() -> None:
    consent = ConsentFactory()
    ConsentFactory()

    assert b"consentements.csv" in privacy.archive(consent.user)
    assert [row["phrase"] for row in consents.PERSONAL_DATA.export(consent.user)] == ["Recevoir les nouvelles."]
    assert consents.PERSONAL_DATA.erase(consent.user) == ""
    assert Consent.objects.count() == 1


def test_a_stop_from_a_mail_counts_as_much_as_one_in_my_space() -> None:
    user = UserFactory(email="a@exemple.fr")
    consents.give(user, NEWS)
    addresses.oppose("a@exemple.fr", Category.INFORMATION)

    assert not consents.has_given(user, NEWS)
