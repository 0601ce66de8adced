"""The staff's workshop of mails: the journal explains each, words are changed and tried, information is opened."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from soco.mailing import blocks, delivery, kinds, services
from soco.mailing.enums import Category, Reason, State
from soco.mailing.models import Address, InformationSwitch, Message, Wording
from soco.mailing.rendering import shipped
from tests.directory.pages import text_of
from tests.factories import AddressFactory, CommuneFactory, MessageFactory, UserFactory, WordingFactory

pytestmark = pytest.mark.django_db

JOURNAL = "/gestion/mailing/message/"
WORDS = "/gestion/mailing/wording/tests.note/"


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(UserFactory(superuser=True, email="equipe@exemple.fr"))
    return client


def with_permissions(client: Client, *codenames: str) -> Client:
    user = UserFactory(staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    return client


def act(client: Client, action: str, *messages: Message) -> None:
    client.post(JOURNAL, {"action": action, "_selected_action": [m.pk for m in messages]})


def test_the_journal_is_searched_and_filtered(staff: Client) -> None:
    sent = MessageFactory(
        state=State.SENT, sent_at=timezone.now(), to_email="a@exemple.fr", about="actor:42", subject="Merci"
    )
    MessageFactory(state=State.SKIPPED, reason=Reason.OPPOSED, to_email="b@exemple.fr", category=Category.SERVICE)

    assert staff.get(JOURNAL).context["cl"].result_count == 2
    for query in ("?q=a@exemple", "?q=actor:42", "?etat=sent", "?categorie=transaction", "?q=merci"):
        assert list(staff.get(JOURNAL + query).context["cl"].queryset) == [sent], query
    assert "non envoyé : la personne s’y est opposée" in text_of(staff.get(f"{JOURNAL}?etat=skipped"))
    assert "Les courriels d’information sont coupés" in text_of(staff.get(JOURNAL))


@pytest.mark.parametrize(
    ("asked", "index"),
    [("actor:42", "message_by_subject"), ("Personne42@exemple.fr ", "message_by_address")],
    ids=["acteur", "personne"],
)
def test_the_mails_of_an_actor_and_of_a_person_are_found_by_their_index(staff: Client, asked: str, index: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO mailing_message (key, kind, category, state, reason, to_email, to_name, reply_to, about, params, due_at,"
            " sent_at, attempts, message_id, error, subject, text, created_at)"
            " SELECT n, 'tests.note', 'transaction', 'sent', '', 'personne' || n %% 1000 || '@exemple.fr', '', '',"
            " CASE WHEN n %% 2 = 0 THEN 'actor:' || n %% 1000 ELSE '' END, '{}', now(), now(), 1, n, '', 'Une note', '', now()"
            " FROM generate_series(1, %s) n",
            [10_000],
        )
        cursor.execute("ANALYZE mailing_message")

    found = staff.get(JOURNAL, {"q": asked}).context["cl"].queryset

    assert (found.count(), {(m.about, m.to_email) for m in found}) == (10, {("actor:42", "personne42@exemple.fr")})
    plan = found.all()[:50].explain()
    assert index in plan, plan
    assert "Seq Scan" not in plan, plan


def test_a_part_of_an_address_is_searched_in_the_rows(staff: Client) -> None:
    found = MessageFactory(to_email="elu@exemple.fr")
    MessageFactory(to_email="autre@exemple.fr")

    for asked in ("elu@", "elu@exemple", "ELU"):
        assert list(staff.get(JOURNAL, {"q": asked}).context["cl"].queryset) == [found], asked


def test_the_queue_of_failed_mails_lists_what_it_counts(staff: Client) -> None:
    came_back = MessageFactory(state=State.BOUNCED)
    failed = MessageFactory(state=State.FAILED)
    MessageFactory(state=State.FAILED, reason=Reason.BY_STAFF)
    found = staff.get(JOURNAL + blocks.FAILED_MAILS.query).context["cl"].queryset

    assert set(found) == {came_back, failed}
    assert blocks.FAILED_MAILS.measure().count == 2


def test_without_a_server_the_journal_says_that_nothing_leaves(staff: Client, settings) -> None:
    assert "Aucun serveur d’envoi" not in text_of(staff.get(JOURNAL))
    settings.EMAIL_BACKEND = "soco.mailing.backends.FolderBackend"
    assert "aucun ne part" in text_of(staff.get(JOURNAL))


def test_the_mails_of_an_actor_and_of_a_person_are_one_click_away(staff: Client) -> None:
    actor, person = CommuneFactory(), UserFactory(email="elu@exemple.fr")
    about = MessageFactory(about=f"actor:{actor.pk}")
    MessageFactory(about=f"actor:{actor.pk}0")
    to_them = MessageFactory(to_email="elu@exemple.fr")

    for page, link, found in (
        (f"/gestion/directory/collectivite/{actor.pk}/change/", f"{JOURNAL}?q=actor:{actor.pk}", about),
        (f"/gestion/accounts/user/{person.pk}/change/", f"{JOURNAL}?q=elu%40exemple.fr", to_them),
    ):
        assert f'href="{link}"' in text_of(staff.get(page))
        assert list(staff.get(link).context["cl"].queryset) == [found]


def test_a_list_of_one_or_three_costs_the_same(staff: Client, django_assert_num_queries) -> None:
    MessageFactory()
    staff.get(JOURNAL)
    for _round in range(2):
        with django_assert_num_queries(8):
            staff.get(JOURNAL)
        MessageFactory.create_batch(2)


def test_a_waiting_mail_shows_what_would_leave_and_a_past_one_what_left(staff: Client) -> None:
    waiting = MessageFactory(params={"said": "Bientôt chez vous"})
    past = MessageFactory(state=State.SENT, sent_at=timezone.now(), subject="Merci", text="Voilà ce qui est parti")
    done = MessageFactory(params={"done": True})
    code = MessageFactory(kind="tests.code", category=Category.ACCOUNT, params={"said": "123 456"})

    assert "Bientôt chez vous" in text_of(staff.get(f"{JOURNAL}{waiting.pk}/change/"))
    assert "Voilà ce qui est parti" in text_of(staff.get(f"{JOURNAL}{past.pk}/change/"))
    assert "ne partirait pas : c’était déjà fait" in text_of(staff.get(f"{JOURNAL}{done.pk}/change/"))
    assert "123 456" not in text_of(staff.get(f"{JOURNAL}{code.pk}/change/"))


def test_failed_mails_are_sent_again_or_put_aside_and_waiting_ones_taken_back(staff: Client) -> None:
    again, aside = MessageFactory.create_batch(2, state=State.FAILED, attempts=8, params={"said": "a"})
    waiting = MessageFactory(due_at=timezone.now() + timedelta(days=1), state=State.PLANNED)
    sent = MessageFactory(state=State.SENT, sent_at=timezone.now())

    for _time in range(2):
        act(staff, "put_aside", aside, sent)
        act(staff, "send_again", again, sent, waiting)
        act(staff, "take_back", waiting, sent)

    assert dict(Message.objects.values_list("pk", "state")) == {
        again.pk: State.QUEUED, aside.pk: State.FAILED, waiting.pk: State.CANCELLED, sent.pk: State.SENT,
    }  # fmt: skip
    delivery.deliver()
    assert len(mail.outbox) == 1
    assert mail.outbox[0].extra_headers["Message-ID"] == again.message_id


def test_who_may_only_read_acts_on_nothing(client: Client) -> None:
    reader = with_permissions(client, "view_message", "view_wording")
    failed = MessageFactory(state=State.FAILED)
    act(reader, "send_again", failed)

    failed.refresh_from_db()
    assert failed.state == State.FAILED
    assert reader.get(WORDS).status_code == 200
    assert reader.post(WORDS, {"subject": "a", "body": "b"}).status_code == 403
    assert reader.get("/gestion/mailing/informationswitch/").status_code == 403
    assert with_permissions(Client(), "view_actor").get("/gestion/mailing/wording/").status_code == 403


def test_words_are_changed_shown_and_given_back(staff: Client) -> None:
    assert "Essai : note" in text_of(staff.get("/gestion/mailing/wording/"))
    assert "Un exemple" in text_of(staff.get(WORDS))

    tried = text_of(staff.post(WORDS, {"subject": "Coucou", "body": "Cher {{ said }},", "_apercu": "1"}))
    assert "Cher Un exemple," in tried
    assert not Wording.objects.exists()

    staff.post(WORDS, {"subject": "Coucou", "body": "Cher {{ said }},\r\n\r\nMerci."})
    wording = Wording.objects.get()
    assert (wording.subject, wording.body, wording.changed_by) == (
        "Coucou",
        "Cher {{ said }},\n\nMerci.",
        "equipe@exemple.fr",
    )
    MessageFactory(params={"said": "ami"})
    delivery.deliver()
    assert mail.outbox[0].subject == "Coucou"
    assert mail.outbox[0].body.startswith("Cher ami,\n\nMerci.")

    kind = kinds.get("tests.note")
    assert kind
    subject, body = shipped(kind)
    staff.post(WORDS, {"subject": subject, "body": body})
    assert not Wording.objects.exists()


def test_words_that_cannot_be_read_are_refused_and_kept_in_the_form(staff: Client) -> None:
    page = text_of(staff.post(WORDS, {"subject": "Coucou", "body": "Cher {{ prenom }},"}))

    assert "La valeur « prenom » n’existe pas pour ce courriel." in page
    assert "Cher {{ prenom }}," in page
    assert not Wording.objects.exists()


def test_a_test_of_the_words_on_the_screen_goes_to_who_asks(staff: Client) -> None:
    page = text_of(staff.post(WORDS, {"subject": "Mes mots", "body": "Cher {{ said }},", "_essai": "1"}))
    delivery.deliver()

    (email,) = mail.outbox
    assert (email.to, email.subject) == (["equipe@exemple.fr"], "[Essai] Mes mots")
    assert email.body.startswith("Cher Un exemple,\n")
    assert "Cher {{ said }}," in page
    assert not Wording.objects.exists()

    refused = text_of(staff.post(WORDS, {"subject": "Mes mots", "body": "Cher {{ said },", "_essai": "1"}))
    assert "Ce texte ne peut pas être lu" in refused
    assert "Could not parse" not in refused


def test_a_test_is_the_very_mail_with_its_layout_its_button_and_its_files(staff: Client, settings) -> None:
    kind = kinds.get("tests.reminder")
    assert kind
    body = f"Cher {{{{ said }}}},\n\n[Répondre] {settings.SITE_URL}/agenda/"
    page = {"said": "ami", "file": ["rendez-vous.ics", "BEGIN:VCALENDAR"]}
    trial = {"kind": kind.code, "params": page, "words": ["Rappel", body]}
    real = MessageFactory(kind=kind.code, category=kind.category, params=page)
    tried = MessageFactory(kind="mailing.test", category=Category.TRANSACTION, params=trial)
    WordingFactory(kind=kind.code, subject="Rappel", body=body)

    (ours, _), (theirs, _) = (delivery.build(m, kinds.get(m.kind)) for m in (tried, real))

    assert (ours.subject, theirs.subject) == ("[Essai] Rappel", "Rappel")
    link = delivery.opposition_url
    assert ours.body == theirs.body.replace(link(real), link(tried))
    (html, _type), (their_html, _type) = ours.alternatives[0], theirs.alternatives[0]
    assert html == their_html.replace(link(real), link(tried))
    assert "background:#0f5257" in html
    assert ours.attachments == theirs.attachments == [("rendez-vous.ics", "BEGIN:VCALENDAR", "text/calendar")]


def test_a_test_is_in_the_ledger_and_has_no_words_of_its_own(staff: Client) -> None:
    staff.post(WORDS, {"subject": "Mes mots", "body": "Cher {{ said }},", "_essai": "1"})

    message = Message.objects.get()
    assert (message.kind, message.to_email, message.category) == ("mailing.test", "equipe@exemple.fr", "transaction")
    assert "[Essai] Mes mots" in text_of(staff.get(f"{JOURNAL}{message.pk}/change/"))
    assert "mailing.test" not in text_of(staff.get("/gestion/mailing/wording/"))
    assert staff.get("/gestion/mailing/wording/mailing.test/").status_code == 302


def test_a_preview_shows_the_page_of_the_mail_alone_in_its_frame(staff: Client) -> None:
    frame = f"{WORDS}rendu/"
    assert f'<iframe src="{frame}" sandbox title=' in text_of(staff.get(WORDS))
    assert "Un exemple" in text_of(staff.get(frame))

    tried = text_of(staff.post(WORDS, {"subject": "Coucou", "body": "Cher {{ said }},", "_apercu": "1"}))
    assert f'<iframe src="{frame}?saisie=1" sandbox' in tried
    typed = staff.get(f"{frame}?saisie=1")
    assert "Cher Un exemple," in text_of(typed)
    assert "Cher Un exemple," not in text_of(staff.get(frame))

    policy = {directive.strip() for directive in typed["Content-Security-Policy"].split(";")}
    assert policy == {
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "sandbox",
    }
    assert typed["X-Frame-Options"] == "SAMEORIGIN"
    assert "unsafe-inline" not in staff.get(WORDS)["Content-Security-Policy"]


def test_the_journal_shows_the_page_of_a_waiting_mail_and_of_no_other(staff: Client) -> None:
    waiting = MessageFactory(params={"said": "Bientôt chez vous"})
    past = MessageFactory(state=State.SENT, sent_at=timezone.now(), subject="Merci", text="Voilà ce qui est parti")
    code = MessageFactory(kind="tests.code", category=Category.ACCOUNT, params={"said": "123 456"})
    frames = {m: f"{JOURNAL}{m.pk}/rendu/" for m in (waiting, past, code)}

    assert f'<iframe src="{frames[waiting]}" sandbox' in text_of(staff.get(f"{JOURNAL}{waiting.pk}/change/"))
    assert "Bientôt chez vous" in text_of(staff.get(frames[waiting]))
    assert [staff.get(frames[m]).status_code for m in (past, code)] == [404, 404]
    assert with_permissions(Client(), "view_wording").get(frames[waiting]).status_code == 403


def test_the_portals_own_words_come_back_in_one_gesture(staff: Client) -> None:
    assert "Revenir aux mots du portail" not in text_of(staff.get(WORDS))
    WordingFactory(kind="tests.note", subject="Mes mots", body="Cher {{ said }},")
    assert "Revenir aux mots du portail" in text_of(staff.get(WORDS))

    staff.post(WORDS, {"_retour": "1"})
    assert not Wording.objects.exists()


def test_the_values_that_words_may_use_are_listed(staff: Client) -> None:
    assert "<code>{{ said }}</code>" in text_of(staff.get(WORDS))


def test_what_a_person_wrote_is_escaped_in_a_preview(staff: Client) -> None:
    waiting = MessageFactory(params={"said": "<img src=x onerror=alert(1)>"})
    page = text_of(staff.get(f"{JOURNAL}{waiting.pk}/change/"))

    assert "&lt;img src=x" in page
    assert "<img src=x" not in page


def test_every_staff_page_says_that_information_is_cut_and_no_other_does(staff: Client) -> None:
    said = "Les courriels d’information sont coupés : ils attendent dans le journal."
    staff_pages = (
        "/equipe/",
        "/equipe/propositions/",
        "/equipe/rattachements/",
        "/gestion/",
        "/gestion/accounts/user/",
        WORDS,
    )

    assert [text_of(staff.get(page)).count(said) for page in staff_pages] == [1] * len(staff_pages)
    assert [text_of(staff.get(page)).count(said) for page in ("/", "/mon-espace/")] == [0, 0]
    assert said not in text_of(with_permissions(Client(), "view_actor").get("/gestion/"))

    services.switch_information(is_on=True, by="x")
    assert [text_of(staff.get(page)).count(said) for page in staff_pages] == [0] * len(staff_pages)


def test_information_is_opened_and_cut(staff: Client) -> None:
    MessageFactory(kind="tests.news", category=Category.INFORMATION)
    assert "1 courriel attend" in text_of(staff.get("/gestion/mailing/informationswitch/"))

    staff.post("/gestion/mailing/informationswitch/", {"geste": "ouvrir"})
    assert InformationSwitch.objects.get().is_on
    assert InformationSwitch.objects.get().changed_by == "equipe@exemple.fr"
    staff.post("/gestion/mailing/informationswitch/", {"geste": "couper"})
    assert not InformationSwitch.objects.get().is_on
    services.switch_information(is_on=True, by="x")
    assert InformationSwitch.objects.count() == 1


def test_an_address_in_failure_is_said_by_hand_and_taken_up_again(staff: Client) -> None:
    reminder = MessageFactory(category=Category.SERVICE, to_email="parti@exemple.fr")
    staff.post("/gestion/mailing/address/add/", {"email": "Parti@exemple.fr", "failure": "Courrier revenu"})
    address = Address.objects.get()
    assert (address.email, address.failure, address.is_failing) == ("parti@exemple.fr", "Courrier revenu", True)
    reminder.refresh_from_db()
    assert (reminder.state, reminder.reason) == (State.SKIPPED, Reason.ADDRESS_FAILING)

    other = AddressFactory(failing_since=timezone.now())
    assert staff.get("/gestion/mailing/address/?echec=oui").context["cl"].result_count == 2
    staff.post("/gestion/mailing/address/", {"action": "mark_working", "_selected_action": [address.pk]})
    assert list(Address.objects.failing()) == [other]
