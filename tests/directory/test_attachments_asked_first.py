"""Leaving, handing over and removing: a page says what follows, only its button acts."""

import pytest
from django.test import Client
from django.urls import reverse

from directory.models import Attachment
from tests.directory.pages import text_of
from tests.directory.referents import limoges
from tests.factories import AttachmentFactory, UserFactory

pytestmark = pytest.mark.django_db


def url(name: str, attachment: Attachment, *more: int) -> str:
    return reverse(name, args=[attachment.pk, *more])


def state() -> list[tuple[int, str, bool]]:
    return list(Attachment.objects.order_by("pk").values_list("pk", "state", "is_principal"))


def test_leaving_alone_says_that_nobody_will_keep_the_fiche(client: Client) -> None:
    mine = AttachmentFactory(actor=limoges(), accepted=True, is_principal=True)
    client.force_login(mine.user)
    before = state()

    page = text_of(client.get(url("attachment_leave", mine)))

    assert "Vous êtes la seule personne à représenter Limoges." in page
    assert 'method="post"' in page
    assert state() == before


@pytest.mark.parametrize(("is_principal", "said"), [(True, "Dominique Petit deviendra"), (False, "Vos collègues")])
def test_leaving_with_colleagues_says_who_follows(client: Client, is_principal: bool, said: str) -> None:
    mine = AttachmentFactory(actor=limoges(), accepted=True, is_principal=is_principal)
    other = UserFactory(first_name="Dominique", last_name="Petit")
    AttachmentFactory(actor=mine.actor, accepted=True, user=other)
    client.force_login(mine.user)

    page = text_of(client.get(url("attachment_leave", mine)))

    assert said in page
    assert "la seule personne" not in page


def test_a_request_is_taken_back_in_its_own_words(client: Client) -> None:
    mine = AttachmentFactory(actor=limoges())
    AttachmentFactory(actor=mine.actor, accepted=True, user=UserFactory(last_name="Petit"))
    client.force_login(mine.user)

    asked = text_of(client.get(url("attachment_leave", mine)))
    done = text_of(client.post(url("attachment_leave", mine), follow=True))

    assert "Retirer ma demande" in asked
    assert "Petit" not in asked
    assert "votre demande de représenter Limoges est retirée" in done


@pytest.mark.parametrize("name", ["attachment_hand_over", "attachment_remove"])
def test_nothing_happens_to_a_colleague_by_opening_the_page(client: Client, name: str) -> None:
    mine = AttachmentFactory(actor=limoges(), accepted=True, is_principal=True)
    other = AttachmentFactory(actor=mine.actor, accepted=True)
    client.force_login(mine.user)
    before = state()

    structure = text_of(client.get(url("my_attachment", mine)))
    page = text_of(client.get(url(name, mine, other.pk)))

    assert f'href="{url(name, mine, other.pk)}"' in structure
    assert "courriel" in page
    assert state() == before


def test_removing_without_a_reason_asks_for_it(client: Client) -> None:
    mine = AttachmentFactory(actor=limoges(), accepted=True, is_principal=True)
    other = AttachmentFactory(actor=mine.actor, accepted=True)
    client.force_login(mine.user)
    before = state()

    page = text_of(client.post(url("attachment_remove", mine, other.pk), {"reason": " "}))

    assert "Ce champ est obligatoire" in page
    assert state() == before
