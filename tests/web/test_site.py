"""What holds for the whole site: health, error pages, read-only GET, slots, pages of lists, security headers."""

import json
import os
import subprocess
import sys

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template import TemplateSyntaxError, loader
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.utils import timezone

from directory.models import Theme
from soco.urls import handler400, handler403, handler404, handler500  # noqa: F401 - the test URLconf needs them too
from soco.urls import urlpatterns as site_urlpatterns
from soco.web import health, slots, tasks
from soco.web.access import public, staff
from soco.web.pagination import paginate
from soco.web.readonly import WriteOnGet
from soco.web.readonly import writes as changes_rows
from soco.web.views import server_error as handler500_view
from tests.factories import ThemeFactory, UserFactory


@public
def writes(request: HttpRequest) -> HttpResponse:
    Theme.objects.filter(code="eau").update(name="Changé")
    return HttpResponse("écrit")


@public
def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("panne d’essai")


@staff
def for_staff(request: HttpRequest) -> HttpResponse:
    return HttpResponse("atelier")


urlpatterns = [
    path("essai/ecrit/", writes),
    path("essai/panne/", breaks),
    path("essai/equipe/", for_staff),
    *site_urlpatterns,
]


# --- a page read never writes -------------------------------------------------------------------------------------------
@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_a_get_that_writes_is_stopped_and_a_post_is_not(client: Client) -> None:
    ThemeFactory(code="eau", name="Eau")

    with pytest.raises(WriteOnGet), transaction.atomic():
        client.get("/essai/ecrit/")
    unchanged = Theme.objects.get(code="eau").name
    client.post("/essai/ecrit/")

    assert (unchanged, Theme.objects.get(code="eau").name) == ("Eau", "Changé")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 1 WHERE 'delete from' = 'x'", False),
        ("WITH base AS (SELECT 1) SELECT * FROM base", False),
        ("\n  update directory_theme SET name = 'x'", True),
        ("SELECT 1; DELETE FROM directory_theme", True),
        ("WITH gone AS (DELETE FROM directory_theme RETURNING *) SELECT count(*) FROM gone", True),
        ("COPY directory_theme FROM stdin", True),
    ],
)
def test_what_changes_a_row_is_known_by_its_statement(sql: str, expected: bool) -> None:
    assert changes_rows(sql) is expected


@pytest.mark.django_db
def test_reading_pages_opens_no_session(client: Client) -> None:
    for address in ("/", "/repertoire/", "/contact/", "/sources/"):
        response = client.get(address)
        assert response.cookies == {}
    assert Session.objects.count() == 0


# --- errors in French ---------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_a_crash_shows_the_french_page() -> None:
    client = Client(raise_request_exception=False)

    response = client.get("/essai/panne/")

    assert response.status_code == 500
    assert "Le site a rencontré une erreur" in response.content.decode()
    assert "panne d’essai" not in response.content.decode()


@pytest.mark.django_db
def test_the_error_page_comes_even_when_templates_are_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        raise TemplateSyntaxError(name)

    monkeypatch.setattr(loader, "get_template", broken)

    response = handler500_view(RequestFactory().get("/"))

    assert response.status_code == 500
    assert "Le site a rencontré une erreur" in response.content.decode()


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_a_staff_page_asks_who_you_are_then_whether_you_may(client: Client) -> None:
    visitor = client.get("/essai/equipe/")
    client.force_login(UserFactory())
    member = client.get("/essai/equipe/")
    client.force_login(UserFactory(staff=True))
    team = client.get("/essai/equipe/")

    assert (visitor.status_code, member.status_code, team.content.decode()) == (302, 403, "atelier")
    assert "Cette page ne vous est pas ouverte" in member.content.decode()


@pytest.mark.django_db
def test_an_expired_form_is_explained() -> None:
    client = Client(enforce_csrf_checks=True)

    response = client.post("/gestion/login/", {"username": "a", "password": "b"})

    assert response.status_code == 403
    assert "Le formulaire a expiré" in response.content.decode()


# --- health -----------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_health_tells_each_part(client: Client) -> None:
    before = client.get("/sante/")
    tasks.tick()
    after = client.get("/sante/").json()

    assert before.status_code == 503
    assert before.json()["horloge"] == {"ok": False, "detail": "aucun battement reçu"}
    assert after["base"] == {"ok": True, "detail": "répond"}
    assert after["horloge"]["ok"] is True


def test_a_late_clock_is_a_failure() -> None:
    cache.set(health.TICK_KEY, timezone.now() - timezone.timedelta(minutes=10))

    check = health.check_beat()

    assert (check.is_ok, check.detail) == (False, "dernier battement il y a 600 s")


# --- slots ------------------------------------------------------------------------------------------------------------------
def test_a_slot_shows_what_apps_put_into_it_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "_providers", type(slots._providers)(list))
    request = RequestFactory().get("/")

    def second(request: HttpRequest, subject: str) -> slots.Block:
        return "b.html", {"subject": subject}

    def first(request: HttpRequest, subject: str) -> slots.Block:
        return "a.html", {}

    def silent(request: HttpRequest, subject: str) -> None:
        return None

    slots.fill("page", second, order=20)
    slots.fill("page", first, order=10)
    slots.fill("page", silent)
    slots.fill("page", first)

    assert slots.blocks("page", request, "Pau") == [("a.html", {}), ("b.html", {"subject": "Pau"})]
    assert slots.blocks("ailleurs", request) == []


# --- pages of a list ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "number", "has_notice"),
    [
        (None, 1, False),
        ("", 1, False),
        ("2", 2, False),
        ("5", 5, False),
        ("6", 5, True),
        ("0", 1, True),
        ("x", 1, True),
    ],
)
def test_a_page_number_is_read_or_told(asked: str | None, number: int, has_notice: bool) -> None:
    page = paginate(range(100), asked=asked, total=100, size=20)

    assert (page.number, bool(page.notice)) == (number, has_notice)
    assert page.rows == list(range((number - 1) * 20, number * 20))


@pytest.mark.parametrize(
    ("number", "count", "links"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, None, 9]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (9, 9, [1, None, 8, 9]),
    ],
)
def test_page_links_keep_the_ends_and_the_neighbours(number: int, count: int, links: list[int | None]) -> None:
    page = paginate(range(count), asked=str(number), total=count, size=1)

    assert page.links == links


def test_an_empty_list_has_one_empty_page() -> None:
    page = paginate([], asked=None, total=0, size=20)

    assert (page.rows, page.count, page.first_row, page.last_row, page.is_alone) == ([], 1, 0, 0, True)


# --- headers ------------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_pages_forbid_foreign_and_inline_code(client: Client) -> None:
    response = client.get("/")
    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))

    assert policy["default-src"] == "'self'"
    assert "script-src" not in policy  # default-src rules: nothing inline, nothing evaluated, nothing foreign
    assert policy["frame-ancestors"] == "'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_logs_are_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    import logging
    import logging.config

    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)
    logging.getLogger("soco.essai").warning("un %s", "essai")
    line = json.loads(capsys.readouterr().err.splitlines()[-1])

    assert (line["event"], line["level"], line["logger"]) == ("un essai", "warning", "soco.essai")


@pytest.mark.django_db
def test_the_legal_notice_says_who_answers_and_who_hosts(client: Client, settings) -> None:
    settings.LEGAL_DIRECTOR = "Camille Durand"
    settings.LEGAL_HOST = "Hébergeur d’essai, Bordeaux"

    page = client.get("/mentions-legales/").content.decode().replace("\u00a0", " ")

    assert "Responsable de la publication : Camille Durand." in page
    assert "Hébergement : Hébergeur d’essai, Bordeaux." in page


def test_a_tile_address_is_allowed_by_the_policy() -> None:
    """The settings are read anew, as a process with TILE_URL would."""
    code = "from soco.settings import base; print(base.CONTENT_SECURITY_POLICY['DIRECTIVES']['img-src'])"
    tiles = {
        "TILE_URL": "https://{s}.tuiles.exemple.fr/{z}/{x}/{y}.png",
        "SECRET_KEY": "essai",
        "DATABASE_URL": "postgres://a@b/c",
    }

    printed = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | tiles, capture_output=True, text=True, check=True
    )

    assert "'https://*.tuiles.exemple.fr'" in printed.stdout
