"""The documents of a jumelage: who adds one, who reads it, what is refused, how one goes."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from directory import services
from directory.models import Jumelage, JumelageDocument
from tests.directory.jumelages.door import team
from tests.directory.pages import text_of
from tests.factories import AttachmentFactory, CommuneFactory, JumelageDocumentFactory, JumelageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def jumelage() -> Jumelage:
    return JumelageFactory(collectivite=CommuneFactory(name="Limoges"), partner__name="Fürth")


def add(client: Client, jumelage: Jumelage, name: str = "serment.pdf", content: bytes = b"%PDF-1.4", **typed: str):
    said = {"title": "Serment de 1992", "kind": "convention", "dated_on": ""} | typed
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("jumelage_document_add", args=[jumelage.slug]), said | {"file": file})


def test_a_referent_adds_a_document_that_the_public_does_not_read(client: Client, jumelage: Jumelage) -> None:
    user = AttachmentFactory(accepted=True, actor=jumelage.collectivite).user
    client.force_login(user)

    answer = add(client, jumelage, is_public="on")

    document = JumelageDocument.objects.get()
    assert answer["Location"] == jumelage.get_absolute_url()
    assert (document.is_public, document.added_by, document.jumelage) == (False, user.email, jumelage)
    assert "Serment de 1992" in text_of(client.get(jumelage.get_absolute_url()))
    assert "Serment de 1992" not in text_of(Client().get(jumelage.get_absolute_url()))


def test_staff_may_make_it_public(client: Client, jumelage: Jumelage) -> None:
    team(client, "review_changeproposal", "change_actor")

    add(client, jumelage, is_public="on")

    assert JumelageDocument.objects.get().is_public is True
    assert "Serment de 1992" in text_of(Client().get(jumelage.get_absolute_url()))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("virus.exe", b"MZ", "n’est pas autorisée"),
        ("serment.pdf", b"x" * 10_000_001, "Ce fichier pèse plus de 10 Mo"),
        ("serment.pdf", b"", "vide"),
    ],
)
def test_what_is_refused_is_told_and_what_was_typed_is_kept(
    client: Client, jumelage: Jumelage, name: str, content: bytes, sentence: str
) -> None:
    team(client, "review_changeproposal", "change_actor")

    page = text_of(add(client, jumelage, name, content))

    assert sentence in page.replace("'", "’")
    assert "Serment de 1992" in page
    assert JumelageDocument.objects.count() == 0


def test_others_may_not(client: Client, jumelage: Jumelage) -> None:
    client.force_login(AttachmentFactory(accepted=True, actor=CommuneFactory()).user)
    document = JumelageDocumentFactory(jumelage=jumelage)

    assert add(client, jumelage).status_code == 403
    removal = reverse("jumelage_document_remove", args=[jumelage.slug, document.pk])
    assert client.post(removal).status_code == 403
    assert JumelageDocument.objects.count() == 1


def test_a_document_is_removed_after_a_page_that_says_so(
    client: Client, jumelage: Jumelage, django_capture_on_commit_callbacks
) -> None:
    client.force_login(AttachmentFactory(accepted=True, actor=jumelage.collectivite).user)
    document = JumelageDocumentFactory(jumelage=jumelage)
    name, address = document.file.name, reverse("jumelage_document_remove", args=[jumelage.slug, document.pk])

    assert "sera retiré pour de bon" in text_of(client.get(address))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address)

    assert JumelageDocument.objects.count() == 0
    assert not default_storage.exists(name)


def test_a_referent_does_not_remove_what_staff_made_public(client: Client, jumelage: Jumelage) -> None:
    client.force_login(AttachmentFactory(accepted=True, actor=jumelage.collectivite).user)
    document = JumelageDocumentFactory(jumelage=jumelage, is_public=True)
    removal = reverse("jumelage_document_remove", args=[jumelage.slug, document.pk])

    page = text_of(client.post(removal, follow=True))

    assert "demandez à l’équipe de le retirer" in page.replace("'", "’")
    assert JumelageDocument.objects.count() == 1
    assert removal not in client.get(jumelage.get_absolute_url()).content.decode()


def test_an_old_address_of_the_jumelage_still_gives_its_document(client: Client, jumelage: Jumelage) -> None:
    document = JumelageDocumentFactory(jumelage=jumelage, is_public=True)

    old = client.get(f"/jumelages/ancien-nom-{jumelage.pk}/documents/{document.pk}/")
    other = client.get(f"/jumelages/ancien-nom-{jumelage.pk + 1}/documents/{document.pk}/")

    assert (old.status_code, old["Location"]) == (301, document.get_absolute_url())
    assert other.status_code == 404


def test_the_files_of_a_jumelage_go_with_it(jumelage: Jumelage, django_capture_on_commit_callbacks) -> None:
    name = JumelageDocumentFactory(jumelage=jumelage).file.name
    assert default_storage.exists(name)

    with django_capture_on_commit_callbacks(execute=True):
        services.remove_jumelages([jumelage.pk], by="équipe")

    assert not default_storage.exists(name)


def test_the_file_stays_when_the_removal_is_undone(jumelage: Jumelage, django_capture_on_commit_callbacks) -> None:
    """Rolled back, the rows are there again: so are their files."""
    document = JumelageDocumentFactory(jumelage=jumelage)
    for remove in (
        lambda: services.remove_document(JumelageDocument.objects.get(pk=document.pk)),
        lambda: services.remove_jumelages([jumelage.pk], by="équipe"),
    ):
        with (
            django_capture_on_commit_callbacks(execute=True) as callbacks,
            pytest.raises(RuntimeError),
            transaction.atomic(),
        ):
            remove()
            raise RuntimeError

        assert callbacks == []
        assert JumelageDocument.objects.filter(pk=document.pk).exists()
        assert default_storage.exists(document.file.name)


def test_the_address_of_a_merged_jumelage_leads_to_its_document(client: Client, jumelage: Jumelage) -> None:
    double = JumelageFactory(hidden=True, successor=jumelage)
    document = JumelageDocumentFactory(jumelage=jumelage, is_public=True)

    answer = client.get(f"/jumelages/{double.slug}/documents/{document.pk}/")

    assert (answer.status_code, answer["Location"]) == (301, document.get_absolute_url())


def test_an_old_address_says_nothing_of_a_document_that_is_kept(client: Client, jumelage: Jumelage) -> None:
    document = JumelageDocumentFactory(jumelage=jumelage)

    assert client.get(f"/jumelages/ancien-nom-{jumelage.pk}/documents/{document.pk}/").status_code == 404
