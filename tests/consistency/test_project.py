"""The project polices itself: access declared, templates used, words kept out, tasks real, translations marked."""

import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver

from directory.models import Collectivite, Partner
from soco.celery import app as celery_app
from tests import factories

ROOT = settings.BASE_DIR
OUR_APPS = ("directory", "events", "opendata", "accounts", "mailing", "web")


def tracked(*patterns: str) -> list[Path]:
    """The project's own files, as git knows them (and those not yet added)."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\n")  # fmt: skip
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def routes(resolver: URLResolver, prefix: str = "") -> list[tuple[str, URLPattern]]:
    found = []
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern)
        found += routes(entry, address) if isinstance(entry, URLResolver) else [(address, entry)]
    return found


def test_every_route_declares_who_may_open_it() -> None:
    """Ours say @public, @member or @staff; the admin checks every page itself; allauth's are the next test's."""
    silent = [
        address
        for address, route in routes(get_resolver())
        if not address.startswith("gestion/")
        and not hasattr(route.callback, "access")
        and not (address.startswith("compte/") and is_of_allauth(route))
    ]

    assert silent == []


def is_of_allauth(route: URLPattern) -> bool:
    """allauth's own views, and the redirections from its former addresses."""
    return route.callback.__module__.startswith(("allauth.", "django.views.generic"))


def test_the_pages_of_accounts_that_visitors_open_are_known_by_name() -> None:
    """allauth says so with `login_not_required`; the rest is closed by LoginRequiredMiddleware. A new one is looked at first."""
    opened = {
        route.name
        for address, route in routes(get_resolver())
        if address.startswith("compte/")
        and is_of_allauth(route)
        and not getattr(route.callback, "login_required", True)
    }

    assert opened == {
        "account_confirm_login_code",
        "account_confirm_password_reset_code",
        "account_complete_password_reset",
        "account_email_verification_sent",
        "account_inactive",
        "account_login",
        "account_logout",
        "account_password_reset_completed",
        "account_request_login_code",
        "account_reset_password",
        "account_signup",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "socialaccount_login_cancelled",
        "socialaccount_login_error",
        "socialaccount_signup",
    }


def test_every_page_of_accounts_is_drawn_by_a_template_of_ours() -> None:
    """allauth's own pages are bare, and not in our words."""
    views = [
        getattr(route.callback, "view_class", None)
        for address, route in routes(get_resolver())
        if address.startswith("compte/")
    ]
    names = {name for view in views if (name := getattr(view, "template_name", None))}
    theirs = {name for name in names if name.endswith(".html") and not (ROOT / "templates" / name).is_file()}

    assert len(names) > 20
    assert theirs == set()


def test_view_names_are_route_names() -> None:
    different = [
        (address, route.name)
        for address, route in routes(get_resolver())
        if not address.startswith("gestion/")
        and route.callback.__module__.startswith(("directory", "opendata", "soco"))
        and route.callback.__name__ != route.name
    ]

    assert different == []


def test_every_model_has_a_factory_and_a_place_in_the_admin() -> None:
    made = {
        factory._meta.model
        for factory in vars(factories).values()
        if hasattr(factory, "_meta") and hasattr(factory._meta, "model")
    }
    models = [
        model
        for model in apps.get_models()
        if model._meta.app_label in OUR_APPS and not model._meta.proxy and not model.__name__.endswith("Event")
    ]

    assert [model.__name__ for model in models if model not in made] == []
    in_admin = {model._meta.concrete_model for model in admin.site._registry}
    assert [model.__name__ for model in models if model not in in_admin] == []
    assert {Collectivite, Partner} <= set(admin.site._registry)


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_beat_names_real_tasks() -> None:
    celery_app.loader.import_default_modules()

    assert [
        entry["task"] for entry in celery_app.conf.beat_schedule.values() if entry["task"] not in celery_app.tasks
    ] == []


def test_every_template_is_used() -> None:
    sources = "\n".join(path.read_text() for path in tracked("*.py", "*.html") if "tests" not in path.parts)
    errors = {"400.html", "403.html", "404.html", "500.html"}
    names = [
        path.relative_to(ROOT / "templates").as_posix() for path in tracked("templates/*.html", "templates/**/*.html")
    ]
    # Those that stand in for a template of allauth are named by it.
    allauth = Path(find_spec("allauth").submodule_search_locations[0]) / "templates"
    unused = [
        name
        for name in names
        if not name.startswith("admin/")
        and name not in errors
        and f'"{name}"' not in sources
        and not (allauth / name).is_file()
    ]

    assert unused == []


def test_every_french_sentence_of_a_template_can_be_translated() -> None:
    """Outside tags, variables and comments, a template holds no letters."""
    bare = []
    for path in tracked("templates/*.html", "templates/**/*.html"):
        text = path.read_text()
        text = re.sub(r"\{#.*?#\}", "", text)  # on one line: Django prints one that goes on
        text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.S)
        text = re.sub(r"\{% blocktrans(?:late)?\b.*?\{% endblocktrans(?:late)? %\}", "", text, flags=re.S)
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.S)
        text = re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.S)
        text = re.sub(r"<[^>]*>|&[a-z]+;", " ", text, flags=re.S)
        words = [word for word in re.findall(r"[A-Za-zÀ-ÿ]{2,}", text) if word != "Guéret"]
        if words:
            bare.append((path.name, words[:6]))

    assert bare == []


def test_french_punctuation_holds_to_its_word() -> None:
    """A no-break space before : ; ! ? » and after « in every sentence of a template, or a line may start with a colon."""
    loose = []
    for path in tracked("templates/*.html", "templates/**/*.html"):
        if "admin" in path.parts:
            continue
        text = path.read_text()
        sentences = re.findall(r'\{% translate "(.*?)"', text)
        sentences += re.findall(r"\{% blocktranslate[^%]*%\}(.*?)\{% endblocktranslate %\}", text, flags=re.S)
        loose += [(path.name, sentence) for sentence in sentences if re.search(r" [:;!?»]|« ", sentence)]

    assert loose == []


def test_nothing_inline_that_the_content_policy_refuses() -> None:
    refused = [
        path.name
        for path in tracked("templates/*.html", "templates/**/*.html")
        # A mail is no page: it has no style sheet, and no policy of ours.
        if path.parent.name != "mailing" or path.name != "email.html"
        if re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(\bsrc=|application/ld\+json))", path.read_text())
    ]

    assert refused == []


FORBIDDEN = [
    r"(py)(pi)\.org",
    r"(python)(hosted)\.",
    r"(registry)\.(npm)js",
    r"(deb)\.(debian)\.",
    r"/(w)ork/(main|steering|shared)",
    r"/(r)oot/",
]


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    pattern = re.compile("|".join(FORBIDDEN))
    told = []
    for path in tracked():
        if path.suffix in {".gz", ".png", ".lock"} or (path.name == "run" and path.parent.name == ".ci"):
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        if pattern.search(text):
            told.append(path.relative_to(ROOT).as_posix())

    assert told == []


def test_locks_are_hashed_and_carry_no_address() -> None:
    for lock in tracked("requirements/*.lock"):
        text = lock.read_text()
        names = [line for line in text.splitlines() if line and line[0].isalnum()]

        assert "://" not in text
        assert len(names) > 10
        assert all("==" in line and line.rstrip().endswith("\\") for line in names)


def test_every_direct_dependency_has_its_reason_written() -> None:
    """Each line of requirements/*.in is named in the decision that lists the dependencies."""
    reasons = (ROOT / "docs" / "decisions" / "0001-dependencies.md").read_text()
    names = set()
    for file in tracked("requirements/*.in"):
        names |= {
            re.split(r"[\[~=<>; ]", line)[0] for line in file.read_text().splitlines() if line and line[0].isalnum()
        }

    assert sorted(name for name in names if f"`{name}`" not in reasons) == []


def test_long_files_are_split() -> None:
    long = [
        (path.relative_to(ROOT).as_posix(), lines)
        for path in tracked("*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > 450
    ]

    assert long == []
