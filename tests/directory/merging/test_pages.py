"""The pages of look-alikes and mergers: who enters, what they say, what they do."""

import csv
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction
from django.test import Client
from django.urls import reverse

from directory import counts_version, services
from directory.models import Actor, Jumelage, Merge, NotDuplicate
from soco.accounts.models import User
from soco.web import registries
from tests.directory.pages import text_of
from tests.factories import (
    AttachmentFactory,
    CommuneFactory,
    ContactFactory,
    JumelageFactory,
    PartnerFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LIST, MERGES = "/equipe/doublons/", "/equipe/fusions/"
HERE = {"latitude": 44.84, "longitude": -0.58}
BY = "equipe@exemple.fr"


@pytest.fixture
def merger() -> User:
    user = UserFactory(staff=True, email=BY)
    user.user_permissions.add(Permission.objects.get(codename="merge_actor"))
    return user


@pytest.fixture
def staff_client(client: Client, merger: User) -> Client:
    client.force_login(merger)
    return client


def two(name: str = "Amis de Bamako", **values: Any) -> tuple[Actor, Actor]:
    one = PartnerFactory(name=name, **HERE | values)
    return one, PartnerFactory(name=name, **HERE | values)


def page_of(one: Actor, other: Actor) -> str:
    return reverse("duplicate_pair", args=[one.pk, other.pk])


@pytest.fixture(autouse=True)
def _as_committed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done on commit is done at once: the test's own transaction never ends."""
    monkeypatch.setattr(transaction, "on_commit", lambda function, *_args, **_kwargs: function())


def posted(client: Client, one: Actor, other: Actor, **values: Any) -> Any:
    """The form of the page, sent as it was drawn but for `values`."""
    form = client.get(page_of(one, other), {"garder": one.pk}).context["form"]
    sent = {line.name: line.default for line in form.lines}
    return client.post(
        page_of(one, other),
        sent | {"geste": "fusionner", "garder": one.pk, "version": form.version} | values,
        follow=True,
    )


# --- access -------------------------------------------------------------------------------------------------------------------
def test_only_those_who_may_merge_enter(client: Client, merger: User) -> None:
    one, other = two()
    merged = services.merge_actors(*two("Autres amis"), by=BY)
    undo = reverse("merge_undo", args=[merged.pk])
    pages = [LIST, f"{LIST}export.csv", f"{LIST}export.xlsx", f"{LIST}comparer/", page_of(one, other), MERGES, undo]

    found = []
    for person in (None, UserFactory(), UserFactory(staff=True), merger):
        client.logout()
        if person:
            client.force_login(person)
        answers = [client.get(page) for page in pages]
        found.append({answer.status_code for answer in answers})
        _ = [b"".join(answer.streaming_content) for answer in answers if answer.streaming]
        if person != merger:
            client.post(page_of(one, other), {"geste": "deux"})
            client.post(undo)

    assert found == [{302}, {403}, {403}, {200}]
    merged.refresh_from_db()
    assert (NotDuplicate.objects.count(), merged.undone_at) == (0, None)


# --- the list -----------------------------------------------------------------------------------------------------------------
def test_the_list_says_why(staff_client: Client) -> None:
    two(siret="35600000000048")

    page = staff_client.get(LIST)

    assert [row.pair.score for row in page.context["rows"]] == [100]
    assert "Le même numéro SIRET." in text_of(page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Amis de Bamako", "Limoges – Ville", "Lycée de Talence"]),
        ("motif=siret", ["Amis de Bamako"]),
        ("nature=etrangere", ["Limoges – Ville"]),
        ("nature=association", ["Amis de Bamako"]),
        ("pays=SN", ["Limoges – Ville"]),
        ("pays=FR", ["Amis de Bamako", "Lycée de Talence"]),
        ("q=BAMAKO", ["Amis de Bamako"]),
        ("q=limoges", ["Limoges – Ville"]),
        ("motif=nimporte&pays=ZZ&page=abc", ["Amis de Bamako", "Limoges – Ville", "Lycée de Talence"]),
        ("etat=ecartees", ["Chorale"]),
        ("q=introuvable", []),
    ],
)
def test_filters(staff_client: Client, query: str, found: list[str]) -> None:
    two(siret="35600000000048", nature="association")
    two("Lycée de Talence", nature="enseignement")
    jumelage = JumelageFactory(
        collectivite=CommuneFactory(name="Limoges", code="87085"),
        partner=PartnerFactory(foreign=True, name="Ville"),
        year_started=1992,
    )
    JumelageFactory(collectivite=jumelage.collectivite, partner=jumelage.partner)
    services.set_apart(*two("Chorale"), by=BY)

    page = staff_client.get(f"{LIST}?{query}")

    assert sorted(row.first.name for row in page.context["rows"]) == found
    assert page.context["page"].total == len(found)


def test_the_list_asks_the_database_the_same_whatever_its_length(
    staff_client: Client, django_assert_num_queries: Any
) -> None:
    two()
    staff_client.get(LIST)
    for count in (0, 2):
        for turn in range(count):
            two(f"Les amis de la ville {'abcdef'[turn] * 9}")
        counts_version.bump()
        with django_assert_num_queries(13):
            staff_client.get(f"{LIST}?q=amis")


def test_nothing_to_show_says_what_will_come(staff_client: Client) -> None:
    assert "Aucun doublon en vue" in text_of(staff_client.get(LIST))
    assert "Rien ne répond à ces filtres" in text_of(staff_client.get(f"{LIST}?q=x"))


def test_the_exports_hold_what_the_list_shows(staff_client: Client) -> None:
    one, other = two(siret="35600000000048")

    response = staff_client.get(f"{LIST}export.csv?motif=siret")
    lines = list(csv.reader(b"".join(response.streaming_content).decode().splitlines()))

    assert [line[:4] for line in lines] == [
        ["probabilité", "indice sur 100", "motifs", "objet"],
        ["très probable", "100", "Le même numéro SIRET. Le même nom, au même point de la carte.", "fiches"],
    ]  # fmt: skip
    assert (lines[1][5:7], lines[1][11:13]) == ([one.name, one.code], [other.name, other.code])
    book = b"".join(staff_client.get(f"{LIST}export.xlsx").streaming_content)
    assert book.startswith(b"PK")


def test_the_staffs_home_counts_the_pairs() -> None:
    two()
    queue = next(queue for queue in registries.queues() if queue.code == "directory.duplicates")

    assert queue.measure() == registries.Waiting(1)


# --- two by hand ----------------------------------------------------------------------------------------------------------------
def test_two_fiches_named_by_hand(staff_client: Client) -> None:
    one, other = PartnerFactory(), PartnerFactory()
    typed = {"une": other.code.upper(), "autre": f"https://exemple.fr{one.get_absolute_url()}"}

    assert staff_client.get(f"{LIST}comparer/", typed)["Location"] == page_of(*sorted((one, other), key=lambda a: a.pk))
    same = staff_client.get(f"{LIST}comparer/", {"une": one.code, "autre": one.code})
    unknown = staff_client.get(f"{LIST}comparer/", {"une": CommuneFactory().code, "autre": one.code})
    assert "C’est la même fiche" in text_of(same)
    assert "Aucun partenaire n’a ce code" in text_of(unknown)


# --- side by side -----------------------------------------------------------------------------------------------------------------
def test_both_sides_are_shown_with_their_sources(staff_client: Client) -> None:
    one = PartnerFactory(name="Amis de Bamako", phone="05 45 00 00 01", **HERE)
    other = PartnerFactory(
        name="Amis de Bamako", phone="05 45 00 00 02", **HERE,
        provenance={"*": {"source": "import", "at": "2026-02-03", "by": "partenaires.csv"}},
    )  # fmt: skip
    ContactFactory(actor=other)
    AttachmentFactory(actor=other, accepted=True, user__first_name="Claude", user__last_name="Roy")

    page = staff_client.get(page_of(one, other), {"garder": one.pk})

    text = text_of(page)
    for words in (
        "05 45 00 00 01", "05 45 00 00 02", "import, 3 février 2026", "1 contact", "Pourront désormais modifier",
        "Claude Roy", "Le même nom, au même point de la carte.",
    ):  # fmt: skip
        assert words in text
    assert [line.name for line in page.context["form"].lines] == ["phone"]


def test_the_other_fiche_may_be_kept(staff_client: Client) -> None:
    one, other = two()

    kept = [
        staff_client.get(page_of(one, other), query).context["kept"]
        for query in ({}, {"garder": other.pk}, {"garder": "x"})
    ]

    assert kept == [one, other, one]


def test_merging_from_the_page(staff_client: Client) -> None:
    one, other = two()
    Actor.objects.filter(pk=one.pk).update(phone="05 45 00 00 01")
    Actor.objects.filter(pk=other.pk).update(phone="05 45 00 00 02")

    page = posted(staff_client, one, other, phone=other.pk)

    one.refresh_from_db()
    assert one.phone == "05 45 00 00 02"
    assert (page.redirect_chain, Merge.objects.get().merged_by) == ([(MERGES, 302)], BY)
    assert "il n’y a plus qu’une fiche" in text_of(page)
    assert staff_client.get(LIST).context["page"].total == 0


def test_a_choice_missing_or_foreign_is_asked_again_and_the_others_kept(staff_client: Client) -> None:
    one, other = two()
    Actor.objects.filter(pk=other.pk).update(phone="05 45 00 00 02", website="https://b.exemple")

    page = posted(staff_client, one, other, phone="999999", website=one.pk)

    assert "un choix manque plus bas" in text_of(page)
    assert page.context["form"]["website"].value() == str(one.pk)
    assert Merge.objects.count() == 0


def test_a_fiche_that_changed_meanwhile_is_read_again(staff_client: Client) -> None:
    one, other = two()

    stale = posted(staff_client, one, other, version="avant")

    assert "a changé pendant que vous lisiez" in text_of(stale)
    assert Merge.objects.count() == 0


def test_a_collectivite_is_shown_but_never_merged(staff_client: Client) -> None:
    one, commune = PartnerFactory(), CommuneFactory()
    page = staff_client.get(page_of(one, commune))

    staff_client.post(page_of(one, commune), {"geste": "fusionner", "version": page.context["form"].version})

    assert "référentiel officiel" in text_of(page)
    assert Merge.objects.count() == 0


def test_two_actors_are_said_to_be_two_and_proposed_again(staff_client: Client) -> None:
    one, other = two()

    staff_client.post(page_of(one, other), {"geste": "deux"})
    gone = staff_client.get(LIST).context["page"].total
    page = text_of(staff_client.get(page_of(one, other)))
    staff_client.post(page_of(one, other), {"geste": "revoir"})

    assert (gone, staff_client.get(LIST).context["page"].total) == (0, 1)
    assert "cette paire n’est plus proposée" in page


def test_unknown_fiches_are_not_found(staff_client: Client) -> None:
    one = PartnerFactory()

    answers = [
        staff_client.get(reverse(name, args=pair)).status_code
        for name in ("duplicate_pair", "duplicate_jumelages")
        for pair in ((one.pk, one.pk), (one.pk, 999_999_999), (10**30, 1))
    ]
    assert answers == [404] * 6


def test_two_jumelages_side_by_side(staff_client: Client) -> None:
    one = JumelageFactory(year_started=None)
    other = JumelageFactory(collectivite=one.collectivite, partner=one.partner, year_started=1992, context="La foire.")
    address = reverse("duplicate_jumelages", args=[one.pk, other.pk])
    form = staff_client.get(address, {"garder": one.pk}).context["form"]
    sent = {line.name: line.default for line in form.lines}

    page = staff_client.post(
        address, sent | {"geste": "fusionner", "garder": one.pk, "version": form.version}, follow=True
    )

    one.refresh_from_db()
    assert (one.year_started, one.context) == (1992, "La foire.")
    assert "C’est fait" in text_of(page)
    assert staff_client.get(Jumelage.objects.get(pk=other.pk).get_absolute_url())["Location"] == one.get_absolute_url()


# --- the mergers --------------------------------------------------------------------------------------------------------------
def test_the_list_of_mergers_says_what_may_be_undone(staff_client: Client) -> None:
    done, stuck = (services.merge_actors(*two(name), by=BY) for name in ("Amis de Bamako", "Chorale"))
    Actor.objects.filter(pk=stuck.kept_id).update(phone="05 45 00 00 02")

    page = staff_client.get(MERGES)
    undo = reverse("merge_undo", args=[done.pk])

    assert [bool(why) for _merge, why in page.context["rows"]] == [True, False]
    assert "A changé depuis\u00a0: acteur «\u00a0Chorale\u00a0»." in page.content.decode()
    assert "Défaire cette fusion" in text_of(staff_client.get(undo))
    answer = staff_client.post(undo, follow=True)
    assert "les deux fiches sont comme avant" in text_of(answer)
    refused = staff_client.post(reverse("merge_undo", args=[stuck.pk]))
    assert (refused.status_code, Merge.objects.undone().get()) == (200, done)
    assert "ne peut plus être défaite" in text_of(refused)


@pytest.mark.parametrize(
    ("query", "found"),
    [("", 3), ("etat=faites", 2), ("etat=defaites", 1), ("q=chorale", 1), ("q=limoges", 1), ("q=rien&page=9", 0)],
)
def test_filters_of_mergers(staff_client: Client, query: str, found: int) -> None:
    services.undo_merge(services.merge_actors(*two(), by=BY), by=BY)
    services.merge_actors(*two("Chorale"), by=BY)
    one = JumelageFactory(collectivite=CommuneFactory(name="Limoges", code="87085"), year_started=1990)
    services.merge_jumelages(one, JumelageFactory(collectivite=one.collectivite, partner=one.partner), by=BY)

    assert staff_client.get(f"{MERGES}?{query}").context["page"].total == found


def test_the_mergers_ask_the_database_the_same_whatever_their_number(
    staff_client: Client, django_assert_num_queries: Any
) -> None:
    for count in (1, 3):
        for turn in range(count):
            one, other = two(f"Chorale {'abc'[turn] * 5} {count}")
            ContactFactory(actor=other)
            services.merge_actors(one, other, by=BY)
        staff_client.get(MERGES)
        with django_assert_num_queries(8):
            staff_client.get(MERGES)


def test_no_merger_yet(staff_client: Client) -> None:
    assert "Rien n’a encore été fusionné" in text_of(staff_client.get(MERGES))


# --- at creation ----------------------------------------------------------------------------------------------------------------
@pytest.mark.ignore_template_errors
def test_adding_a_partner_that_looks_like_another_says_so(client: Client) -> None:
    client.force_login(UserFactory(superuser=True))
    seat = CommuneFactory(**HERE)
    known = PartnerFactory(name="Amis de Bamako", **HERE)
    form = {"name": "Les amis de Bamako", "nature": "association", "country": "FR", "seat": seat.pk}

    page = client.post("/gestion/directory/partner/add/", form, follow=True)

    new = Actor.objects.get(name="Les amis de Bamako")
    assert f'href="{page_of(known, new)}"' in page.content.decode()


@pytest.mark.ignore_template_errors
def test_the_ledger_of_the_admin_shows_no_row_of_anybody(client: Client) -> None:
    client.force_login(UserFactory(superuser=True))
    one, other = two()
    ContactFactory(actor=other, name="Alex Martin-Caché")
    merged = services.merge_actors(one, other, by=BY)
    services.set_apart(*JumelageFactory.create_batch(2), by=BY)

    pages = [
        client.get(f"/gestion/directory/{name}").content.decode()
        for name in ("merge/", f"merge/{merged.pk}/change/", "notduplicate/")
    ]

    assert ["Amis de Bamako" in page for page in pages] == [True, True, False]
    assert "Martin-Caché" not in "".join(pages)
