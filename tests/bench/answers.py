"""Questionnaires answered over HTTP against the site as it runs: whole responses to the 43 questions of AECT, pages saved."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from directory.models import Actor
from surveys.audience import strata_of
from surveys.enums import FINISHED, WaveStatus
from surveys.models import Invitation, Questionnaire, Respondent, Response, Wave
from tests.running_site import Visitor, running

from . import databases
from .agenda import _rate
from .measure import Figure

ASKED = 3_000
WAVES, ALL_OF_FRANCE = "bench_waves", 35_000
LIGHT = "/robots.txt"
# What an engaged town answers, page by page; every question of the questionnaire is asked on its way.
PAGES: dict[str, dict[str, str | list[str]]] = {
    "collectivite": {
        "posees": "Q1,Q2,Q3,Q4,Q4a,Q4b", "Q1": "Notre commune", "Q2": "dgs", "Q3.n": "1", "Q3.0.Q3a": "elu",
        "Q3.0.Q3b.nom": "Ana Durand", "Q3.0.Q3b.courriel": "ana@exemple.fr", "Q3.0.Q3c": ["publiable"], "Q4": "oui",
        "Q4a": "Comité de jumelage", "Q4b.nom": "Luc",
    },
    "engagement": {
        "posees": "Q5,Q6,Q7,Q8", "Q5": "active", "Q6": "4", "Q7.conseil": "4", "Q7.services": "3", "Q7.habitants": "nsp",
        "Q7.associations": "5", "Q7.entreprises": "2", "Q8": ["budget", "delegation"],
    },
    "motivations": {"posees": "Q11,Q12", "Q11": ["jeunesse", "paix", "culture"], "Q12": "La frontière est à dix kilomètres."},
    "partenariats": {
        "posees": "Q13,Q16,Q17,Q17a", "Q13.n": "2", "Q13.0.Q13x": "ajout", "Q13.0.Q13a": "Fürth", "Q13.0.Q13p": "DE",
        "Q13.0.Q13b": "jumelage", "Q13.0.Q13c": "1992", "Q13.0.Q13e": "en_sommeil", "Q13.0.Q14": "comite", "Q13.0.Q15": "4",
        "Q13.1.Q13x": "ajout", "Q13.1.Q13a": "Thiès", "Q13.1.Q13p": "SN", "Q13.1.Q13b": "cooperation", "Q13.1.Q13c": "2004",
        "Q13.1.Q13e": "actif", "Q16": ["projet"], "Q17": "oui", "Q17a": "En Pologne, sur la jeunesse",
    },
    "moyens": {"posees": "Q18,Q19,Q20,Q21", "Q18": "moins_02", "Q19": "de_5_a_20", "Q20": ["region", "erasmus"], "Q21": "non"},
    "difficultes": {
        "posees": "Q22,Q23", "Q23": "Trouver des jeunes pour partir.",
        **{f"Q22.{row}": str(1 + number % 5) for number, row in enumerate((
            "budget", "temps", "benevoles", "langue", "distance", "partenaire", "instabilite", "elus", "habitants", "regles",
            "fonds", "durer",
        ))},
    },
    "voisins": {
        "posees": "Q24,Q25,Q26,Q27", "Q24": ["epci"], "Q25": ["meme_pays"], "Q26": ["voyage", "europe"], "Q27": ["accepte"],
    },
    "communication": {
        "posees": "Q28,Q29,Q30,Q31", "Q28": ["conseil"], "Q29": ["bulletin", "site"], "Q30": "https://exemple.fr/jumelage",
        "Q31": ["fiche", "argumentaire"],
    },
    "reseau": {
        "posees": "Q32,Q33,Q34", "Q32": "nom", "Q34": ["region"],
        **{f"Q33.{row}": "inconnu" for row in (
            "repertoire", "conseil", "formations", "groupes_pays", "groupes_thematiques", "veille", "mise_en_relation",
            "petits_dejeuners", "appui_jumelages",
        )},
    },
    "attentes": {
        "posees": "Q35,Q36,Q36a", "Q35": ["financement", "conseil", "formations"], "Q36": "annee", "Q36a": "le jeudi",
    },
    "europe": {
        "posees": "Q37,Q38,Q38a,Q39,Q40,Q40a,Q41", "Q38": "peut_etre", "Q39": ["europe", "montage"], "Q40": ["visio"],
        "Q41": ["jumelage"], **{f"Q37.{row}": "2" for row in ("cerv", "erasmus", "interreg", "leader")},
    },
    "suite": {"posees": "Q42,Q43", "Q42": "Merci de votre appel.", "Q43": ["fiche", "statistiques"]},
}  # fmt: skip


def _wave() -> list[str]:
    """An open wave that asks ASKED communes; the addresses of their links."""
    databases.ready(databases.FRANCE)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE surveys_wave CASCADE")
    call_command("load_questionnaire_aect", "--if-empty", verbosity=0)
    today = timezone.localdate()
    wave = Wave.objects.create(
        slug="mesure",
        title="Vague de mesure",
        questionnaire=Questionnaire.objects.published().get(code="aect"),
        status=WaveStatus.OPEN,
        opens_on=today,
        closes_on=today + timedelta(days=60),
    )
    actors = Actor.objects.filter(nature="commune").order_by("pk")[:ASKED]
    invitations = Invitation.objects.bulk_create(
        Invitation(wave=wave, actor=actor, **strata_of(actor)) for actor in actors
    )
    rows = Respondent.objects.bulk_create(
        Respondent(invitation=row, email=f"mairie{position}@exemple.fr") for position, row in enumerate(invitations)
    )
    return [row.get_absolute_url() for row in rows]


def answers(full: bool) -> Iterator[Figure]:
    """Whole responses a second (12 pages read and saved, read again, sent), then pages saved a second: gunicorn, two workers, four
    clients. Baseline: the lightest page of the same site, read by the same clients (`/robots.txt`)."""
    addresses, numbers = _wave(), count()
    last = len(PAGES) - 1

    def answer(visitor: Visitor) -> None:
        address = addresses[next(numbers)]
        target = f"{address}page/collectivite/"
        for position, (page, said) in enumerate(PAGES.items()):
            if f"/{page}/" not in target:
                raise RuntimeError(f"{page} expected, not {target}")
            visitor.get(target)
            target = visitor.post(
                f"{address}page/{page}/", vu=str(position), fenetre="m", geste="suivant", **said
            ).location
        if not target.endswith("/relire/"):
            raise RuntimeError(f"after page {last}: {target}")
        visitor.get(target)
        if visitor.post(target).status != 302:
            raise RuntimeError("not sent")

    def save(visitor: Visitor) -> None:
        number = next(numbers)
        for position, page in enumerate(("collectivite", "engagement", "partenariats")):
            window = f"{number}-{page}"  # a window of its own: one that was sent saves by itself no more
            address = f"{addresses[number]}page/{page}/?auto=1"
            answer = visitor.post(address, vu=str(position), fenetre=window, **PAGES[page])
            if answer.status != 200 or "Enregistré" not in answer.body:
                raise RuntimeError(f"{page}: {answer.status}")

    with running(WEB_CONCURRENCY="2") as port:
        light, _ = _rate(port, lambda visitor: visitor.get(LIGHT))
        sent, slowest = _rate(port, answer)
        saved, slowest_save = _rate(port, save)
    whole = Response.objects.filter(state__in=FINISHED)
    if not whole.exists() or any(len(response.values) < 38 for response in whole[:50]):
        raise RuntimeError("the responses are not whole")
    yield Figure("responses_sent", whole.count(), sent, "per_s", p95=slowest, baseline=light, limit=4, at_most=False)
    yield Figure(
        "pages_saved", whole.count(), saved * 3, "per_s", p95=slowest_save, baseline=light, limit=50, at_most=False
    )


def wave_preparation(full: bool) -> Iterator[Figure]:
    """Preparing the invitations of a wave over the whole of France, every one with an address: rows, links, mails in the ledger, in
    a process of its own. Baseline: the seconds of the same for one département; for memory, that process's peak."""
    databases.ready(databases.FRANCE)
    databases.copied(databases.FRANCE, WAVES)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE directory_actor SET email = 'mairie' || id || '@exemple.fr' WHERE email = ''")
    small = _prepared("departement=33")
    whole = _prepared("")
    if not whole[1] == whole[2] == whole[3] > ALL_OF_FRANCE:
        raise RuntimeError(f"invitations, links, mails: {whole[1:4]}")
    size = int(whole[1])
    yield Figure("wave_preparation", size, whole[0] * 1000, "ms", baseline=small[0] * 1000, limit=60_000)
    yield Figure("wave_preparation_memory_added", size, whole[4] - small[4], "MB", baseline=small[4], limit=30)


def _prepared(query: str) -> list[float]:
    """Seconds, invitations, links, mails, peak memory in MB."""
    return [float(part) for part in databases.run(WAVES, "-m", "tests.bench.prepare_wave", query).last_line.split()]
