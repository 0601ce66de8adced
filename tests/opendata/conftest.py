"""What open data gives away, beside everything that could leak through it."""

import pytest

from directory.enums import ProjectRole
from directory.models import Jumelage, Project
from events.enums import Audience
from tests.factories import (
    ChangeProposalFactory,
    CommuneFactory,
    ContactFactory,
    CountryFactory,
    EventFactory,
    GroupFactory,
    JumelageFactory,
    PartnerFactory,
    ProjectActorFactory,
    ProjectFactory,
    RegistrationFactory,
    ThemeFactory,
    UserFactory,
)

SECRETS = (
    *("Commune masquée", "Commune close", "Partenaire fictif", "Ville masquée", "Ville fictive"),
    *("Lien masqué", "Lien fictif", "Projet masqué", "Projet fictif", "Projet d’un fictif", "Projet d’un lien fictif"),
    *(
        "Camille Secrète",
        "camille.secrete@exemple.fr",
        "06 00 00 00 00",
        "Dominique Petit",
        "dominique.petit@exemple.fr",
    ),
    *("Comité masqué", "agent-importateur"),
    *("Événement brouillon", "Événement fictif", "Événement sur invitation", "Groupe masqué", "groupe-masque"),
    *("Inscrite Secrète", "inscrite@exemple.fr", "visio.exemple.fr", "organisatrice@exemple.fr"),
)


@pytest.fixture
def leaks(db) -> None:
    """Hidden, ended and fictitious rows, persons with and without their consent: nothing of them may be told."""
    ThemeFactory()
    hidden = CommuneFactory(name="Commune masquée", code="16901", hidden=True)
    CommuneFactory(name="Commune close", code="16902", closed=True)
    demo = PartnerFactory(name="Partenaire fictif", demo=True)
    town = CommuneFactory(name="Angoulême", code="16015", latitude=45.65, longitude=0.16)
    ContactFactory(actor=town, name="Camille Secrète", email="camille.secrete@exemple.fr", phone="06 00 00 00 00")
    ContactFactory(actor=town, name="Camille Secrète", email="camille.secrete@exemple.fr", agreed=True)
    ChangeProposalFactory(actor=town)
    JumelageFactory(title="Lien masqué", hidden=True)
    JumelageFactory(title="Lien fictif", demo=True)
    JumelageFactory(collectivite=hidden, title="Lien masqué")
    JumelageFactory(collectivite=town, partner=PartnerFactory(foreign=True, name="Ville masquée", hidden=True))
    JumelageFactory(collectivite=town, partner=PartnerFactory(foreign=True, name="Ville fictive", demo=True))
    ProjectFactory(title="Projet masqué", hidden=True, dac_code="14030", starts_on="2025-01-01")
    ProjectFactory(title="Projet fictif", demo=True, dac_code="14030", starts_on="2025-01-01")
    fictitious = ProjectFactory(title="Projet d’un fictif", dac_code="14030", starts_on="2025-01-01")
    ProjectActorFactory(project=fictitious, actor=town)
    ProjectActorFactory(project=fictitious, actor=demo, role=ProjectRole.PARTNER)
    EventFactory(title="Événement brouillon", draft=True)
    EventFactory(title="Événement fictif", demo=True)
    EventFactory(title="Événement sur invitation", audience=Audience.INVITED)
    told = EventFactory(
        title="Visio du groupe", slug="2027-01-05-visio-du-groupe", online=True, host=hidden,
        group=GroupFactory(name="Groupe masqué", slug="groupe-masque", hidden=True),
        organiser=UserFactory(email="organisatrice@exemple.fr"),
    )  # fmt: skip
    RegistrationFactory(event=told, name="Inscrite Secrète", email="inscrite@exemple.fr")
    ProjectFactory(title="Projet d’un lien fictif", jumelage=JumelageFactory(title="Lien fictif", demo=True))


@pytest.fixture
def link(leaks: None) -> Jumelage:
    """The one jumelage that is given away: Limoges and Fürth."""
    limoges = CommuneFactory(
        name="Limoges", code="87085", siren="218708501", postal_codes=["87000", "87100"], population=129_937,
        latitude=45.83, longitude=1.26, email="mairie@limoges.exemple", phone="+33 5 55 00 00 00",
    )  # fmt: skip
    furth = PartnerFactory(
        foreign=True, country__iso2="DE", name="Fürth", code="p1", slug="furth-p1", latitude=49.48, longitude=10.98
    )
    return JumelageFactory(
        collectivite=limoges, partner=furth, year_signed=1992, vitality="actif", theme_codes=["eau-assainissement"],
        sdgs=[4, 6], last_action="=Accueil de jeunes", last_action_on="2026-05-01", confirmed=True, carrier="comite",
        provenance={"*": {"source": "import", "at": "2026-01-15", "by": "agent-importateur"}},
    )  # fmt: skip


@pytest.fixture
def project(link: Jumelage) -> Project:
    """The one project that is given away: water at Pikine, by Limoges, with an actor that the public may not read."""
    CountryFactory(iso2="SN")
    made = ProjectFactory(
        title="De l’eau à Pikine & alentours", slug="de-l-eau-a-pikine", description="Un forage < 80 m.",
        jumelage=link, status="en-cours", starts_on="2025-03-01", ends_on="2027-02-28", country_codes=["SN", "ML", "BF"],
        theme_codes=["eau-assainissement"], sdgs=[6, 3], dac_code="14030", budget=100_000,
    )  # fmt: skip
    pikine = PartnerFactory(foreign=True, name="Pikine", latitude=14.75, longitude=-17.39)
    region = PartnerFactory(name="Agence de l’eau", nature="etat")
    ProjectActorFactory(project=made, actor=link.collectivite)
    ProjectActorFactory(project=made, actor=pikine, role=ProjectRole.PARTNER)
    ProjectActorFactory(project=made, actor=region, role=ProjectRole.FUNDER, amount=40_000)
    ProjectActorFactory(
        project=made, actor=PartnerFactory(name="Comité masqué", hidden=True), role=ProjectRole.OPERATOR
    )
    return made
