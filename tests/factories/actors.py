"""Factories of actors, people, contributions and mails."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.utils import timezone
from factory.django import DjangoModelFactory

from directory.enums import (
    COLLECTIVITE_NATURES,
    AttachmentProof,
    AttachmentState,
    LegalForm,
    Nature,
    Source,
)
from directory.models import (
    Actor,
    Attachment,
    ChangeProposal,
    ConfirmationRequest,
    Country,
    DatasetLoad,
    FieldChange,
    Invitation,
    Theme,
)
from directory.services.naming import actor_slug, search_terms
from soco.accounts.models import Consent, ConsentPurpose, User
from soco.mailing.enums import Category
from soco.mailing.models import Address, InformationSwitch, Message, Wording

TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
COUNTRIES = {  # iso2: iso3, French name, English name, latitude, longitude, eligible to official aid
    "FR": ("FRA", "France", "France", 46.6, 2.5, False),
    "DE": ("DEU", "Allemagne", "Germany", 51.1, 10.4, False),
    "ES": ("ESP", "Espagne", "Spain", 40.2, -3.6, False),
    "GB": ("GBR", "Royaume-Uni", "United Kingdom", 54.1, -2.9, False),
    "IT": ("ITA", "Italie", "Italy", 42.8, 12.1, False),
    "PT": ("PRT", "Portugal", "Portugal", 39.6, -8.5, False),
    "PL": ("POL", "Pologne", "Poland", 52.1, 19.4, False),
    "CA": ("CAN", "Canada", "Canada", 61.4, -98.3, False),
    "BF": ("BFA", "Burkina Faso", "Burkina Faso", 12.3, -1.8, True),
    "CM": ("CMR", "Cameroun", "Cameroon", 5.7, 12.7, True),
    "MA": ("MAR", "Maroc", "Morocco", 29.8, -8.5, True),
    "MG": ("MDG", "Madagascar", "Madagascar", -19.4, 46.7, True),
    "ML": ("MLI", "Mali", "Mali", 17.3, -3.5, True),
    "SN": ("SEN", "Sénégal", "Senegal", 14.4, -14.5, True),
}


def _about_country(position: int, otherwise: Any) -> factory.LazyAttribute:
    return factory.LazyAttribute(
        lambda country: COUNTRIES[country.iso2][position] if country.iso2 in COUNTRIES else otherwise(country.iso2)
    )


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        staff = factory.Trait(is_staff=True)
        superuser = factory.Trait(is_staff=True, is_superuser=True)

    email = factory.Sequence(lambda n: f"personne{n}@exemple.fr")
    first_name = "Camille"
    last_name = factory.Sequence(lambda n: f"Durand {n}")
    password = factory.django.Password("un mot de passe d’essai")

    @factory.post_generation
    def address(self: User, create: bool, verified: bool | None, **_kwargs: Any) -> None:
        """The account's address, confirmed unless `address=False`."""
        if create and verified is not False:
            EmailAddressFactory(user=self, email=self.email)

    @factory.post_generation
    def second_factor(self: User, create: bool, wanted: bool | None, **_kwargs: Any) -> None:
        """Staff have an app of codes unless `second_factor=False`; others have one with `second_factor=True`."""
        if create and (wanted or (wanted is None and self.is_staff)):
            TOTP.activate(self, TOTP_SECRET)


class EmailAddressFactory(DjangoModelFactory[EmailAddress]):
    class Meta:
        model = EmailAddress

    user = factory.SubFactory(UserFactory, address=False)
    email = factory.SelfAttribute("user.email")
    verified = True
    primary = True


class ConsentFactory(DjangoModelFactory[Consent]):
    class Meta:
        model = Consent

    user = factory.SubFactory(UserFactory)
    purpose = ConsentPurpose.NEWS
    wording = "Recevoir les nouvelles."


class CountryFactory(DjangoModelFactory[Country]):
    """`CountryFactory(iso2="SN")` is Sénégal, made once; France by default."""

    class Meta:
        model = Country
        django_get_or_create = ("iso2",)

    iso2 = "FR"
    iso3 = _about_country(0, lambda iso2: f"{iso2}_")
    name = _about_country(1, lambda iso2: f"Pays {iso2}")
    name_en = _about_country(2, lambda iso2: f"Country {iso2}")
    latitude = _about_country(3, lambda iso2: 0.0)
    longitude = _about_country(4, lambda iso2: 0.0)
    is_oda_eligible = _about_country(5, lambda iso2: False)


class ThemeFactory(DjangoModelFactory[Theme]):
    class Meta:
        model = Theme
        django_get_or_create = ("code",)

    code = "eau-assainissement"
    name = "Eau, assainissement"
    dac_codes = ["14030", "14032"]
    sdgs = [6]
    position = factory.Sequence(lambda n: n)


class DatasetLoadFactory(DjangoModelFactory[DatasetLoad]):
    class Meta:
        model = DatasetLoad

    dataset = "communes"
    scope = "75"
    checksum = factory.Sequence(lambda n: f"{n:064x}")
    counts = factory.LazyFunction(lambda: {"created": 1, "changed": 0, "unchanged": 0, "closed": 0, "refused": 0})


class MessageFactory(DjangoModelFactory[Message]):
    """A mail of the kind `tests.note`, waiting to leave."""

    class Meta:
        model = Message

    key = factory.Sequence(lambda n: f"tests.note:{n}:personne{n}@exemple.fr")
    kind = "tests.note"
    category = Category.TRANSACTION
    to_email = factory.Sequence(lambda n: f"personne{n}@exemple.fr")


class AddressFactory(DjangoModelFactory[Address]):
    class Meta:
        model = Address

    email = factory.Sequence(lambda n: f"suivie{n}@exemple.fr")


class WordingFactory(DjangoModelFactory[Wording]):
    class Meta:
        model = Wording

    kind = "tests.note"
    subject = "Une note"
    body = "Bonjour,"


class InformationSwitchFactory(DjangoModelFactory[InformationSwitch]):
    class Meta:
        model = InformationSwitch

    pk = 1


def days_ago(days: int) -> factory.LazyFunction:
    return factory.LazyFunction(lambda: timezone.now() - timedelta(days=days))


class ActorFactory(DjangoModelFactory[Actor]):
    """A commune of Charente, unless told otherwise."""

    class Meta:
        model = Actor
        django_get_or_create = ("nature", "code")

    class Params:
        confirmed = factory.Trait(verified_at=days_ago(30))
        ageing = factory.Trait(verified_at=days_ago(500))
        outdated = factory.Trait(verified_at=days_ago(900))
        closed = factory.Trait(valid_until=date(2025, 1, 1))
        hidden = factory.Trait(is_published=False)
        demo = factory.Trait(is_demo=True)
        official = factory.Trait(
            provenance=factory.LazyFunction(
                lambda: {"*": {"source": Source.OFFICIAL, "at": "2026-01-01", "by": "referentiel"}}
            )
        )

    nature = Nature.COMMUNE
    name = factory.Sequence(lambda n: f"Villeneuve-{n}")
    code = factory.Sequence(lambda n: f"16{n % 1000:03d}")
    slug = factory.LazyAttribute(lambda actor: actor_slug(actor.name, actor.code))
    country = factory.SubFactory(CountryFactory)
    departement = factory.Maybe(
        factory.LazyAttribute(lambda actor: actor.nature == Nature.COMMUNE),
        factory.SubFactory("tests.factories.DepartementFactory"),
        None,
    )
    region = factory.LazyAttribute(lambda actor: actor.departement and actor.departement.region)
    epci = None
    departement_codes = factory.LazyAttribute(lambda actor: [actor.departement.code] if actor.departement else [])
    region_codes = factory.LazyAttribute(lambda actor: [actor.region.code] if actor.region else [])
    postal_codes: list[str] = []
    former_names: list[str] = []
    former_codes: list[str] = []
    search_terms = factory.LazyAttribute(lambda actor: _terms_of(actor))


class CommuneFactory(ActorFactory):
    population = factory.Sequence(lambda n: 100 + n)
    latitude = factory.Sequence(lambda n: 45.5 + (n % 50) / 100)
    longitude = factory.Sequence(lambda n: 0.1 + (n % 50) / 100)
    postal_codes = ["16000"]


class EpciFactory(ActorFactory):
    nature = Nature.EPCI
    name = factory.Sequence(lambda n: f"Communauté de communes du Val {n}")
    short_name = factory.LazyAttribute(lambda actor: actor.name.replace("Communauté de communes", "CC"))
    code = factory.Sequence(lambda n: f"2000{n:05d}")
    siren = factory.SelfAttribute("code")
    legal_form = LegalForm.CC
    departement = factory.SubFactory("tests.factories.DepartementFactory")
    member_count = 10
    population = 12_000
    latitude = 45.6
    longitude = 0.2


class DepartementFactory(ActorFactory):
    nature = Nature.DEPARTEMENT
    name = "Charente"
    code = "16"
    departement = None
    region = factory.SubFactory("tests.factories.RegionFactory")
    departement_codes = factory.LazyAttribute(lambda actor: [actor.code])
    population = 350_000
    member_count = 363


class RegionFactory(ActorFactory):
    nature = Nature.REGION
    name = "Nouvelle-Aquitaine"
    code = "75"
    departement = None
    region = None
    region_codes = factory.LazyAttribute(lambda actor: [actor.code])
    population = 6_150_451
    member_count = 4293


class PartnerFactory(ActorFactory):
    """A comité de jumelage; `foreign=True` makes a town of Sénégal (another country: `country__iso2="ES"`)."""

    class Meta:
        model = Actor

    class Params:
        foreign = factory.Trait(
            nature=Nature.ETRANGERE,
            name=factory.Sequence(lambda n: f"Ville jumelle {n}"),
            country=factory.SubFactory(CountryFactory, iso2="SN"),
            departement=None,
            latitude=14.7,
            longitude=-17.4,
        )

    nature = Nature.COMITE
    name = factory.Sequence(lambda n: f"Comité de jumelage n° {n}")
    code = factory.Sequence(lambda n: f"p{900_000 + n}")
    departement = factory.SubFactory("tests.factories.DepartementFactory")
    provenance = factory.LazyFunction(
        lambda: {"*": {"source": Source.STAFF, "at": datetime(2026, 1, 15, 9, tzinfo=UTC).isoformat(), "by": "équipe"}}
    )


class ChangeProposalFactory(DjangoModelFactory[ChangeProposal]):
    """A visitor's proposal, waiting; add what it changes with FieldChangeFactory."""

    class Meta:
        model = ChangeProposal

    actor = factory.SubFactory(CommuneFactory)
    source = Source.ORGANISATION
    origin = factory.Sequence(lambda n: f"essai:{n}")
    by_name = "Dominique Petit"
    by_email = "dominique.petit@exemple.fr"


class FieldChangeFactory(DjangoModelFactory[FieldChange]):
    class Meta:
        model = FieldChange

    proposal = factory.SubFactory(ChangeProposalFactory)
    field = "phone"
    old = ""
    new = "05 45 00 00 00"


class ConfirmationRequestFactory(DjangoModelFactory[ConfirmationRequest]):
    class Meta:
        model = ConfirmationRequest

    actor = factory.SubFactory(CommuneFactory)
    asked_on = factory.LazyFunction(timezone.localdate)
    last_asked_on = factory.SelfAttribute("asked_on")


class AttachmentFactory(DjangoModelFactory[Attachment]):
    """Somebody who asks to represent a commune; `accepted` makes them its référent."""

    class Meta:
        model = Attachment

    class Params:
        accepted = factory.Trait(
            state=AttachmentState.ACCEPTED, proof=AttachmentProof.STAFF, decided_at=factory.LazyFunction(timezone.now)
        )

    user = factory.SubFactory(UserFactory)
    actor = factory.SubFactory(CommuneFactory)


class InvitationFactory(DjangoModelFactory[Invitation]):
    """A call to a colleague, by somebody of the team; a référent's own: `invited_by=attachment.user`."""

    class Meta:
        model = Invitation

    actor = factory.SubFactory(CommuneFactory)
    email = factory.Sequence(lambda n: f"collegue{n}@exemple.fr")
    invited_by = factory.SubFactory(UserFactory, staff=True)


def _terms_of(actor: Any) -> str:
    """As the services write them."""
    around = [place for place in (actor.epci, actor.departement, actor.region) if place]
    names = [*actor.former_names, getattr(actor, "short_name", "")]
    for place in around:
        names += [place.name, place.short_name]
    return search_terms(
        code=actor.code,
        siren=getattr(actor, "siren", "") if actor.nature in COLLECTIVITE_NATURES else "",
        postal_codes=actor.postal_codes,
        former_codes=actor.former_codes,
        names=names,
    )
