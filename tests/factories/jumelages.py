"""Factories of jumelages and what surrounds them: projects, contacts, searches for partners, mergers of fiches."""

from datetime import UTC, datetime
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from directory.enums import ContactRole, JumelageRole, ProjectRole, Source
from directory.models import (
    Contact,
    Jumelage,
    JumelageActor,
    JumelageDocument,
    Merge,
    NotDuplicate,
    PartnerSearch,
    Project,
    ProjectActor,
    Relaunch,
)
from directory.services import links

from .actors import CommuneFactory, PartnerFactory, days_ago


class JumelageFactory(DjangoModelFactory[Jumelage]):
    """A jumelage of a commune with a town of Germany, made as the services make one: found by both names."""

    class Meta:
        model = Jumelage
        skip_postgeneration_save = True

    class Params:
        confirmed = factory.Trait(verified_at=days_ago(30))
        ageing = factory.Trait(verified_at=days_ago(500))
        outdated = factory.Trait(verified_at=days_ago(900))
        hidden = factory.Trait(is_published=False)
        demo = factory.Trait(is_demo=True)
        imported = factory.Trait(
            to_verify=True,
            provenance=factory.LazyFunction(
                lambda: {"*": {"source": Source.IMPORT, "at": "2026-01-15", "by": "jumelages.csv"}}
            ),
        )

    collectivite = factory.SubFactory(CommuneFactory)
    partner = factory.SubFactory(PartnerFactory, foreign=True, country__iso2="DE")
    slug = factory.Sequence(lambda n: f"jumelage-{n}")
    provenance = factory.LazyFunction(
        lambda: {"*": {"source": Source.STAFF, "at": datetime(2026, 1, 15, 9, tzinfo=UTC).isoformat(), "by": "équipe"}}
    )

    @factory.post_generation
    def words(self: Jumelage, create: bool, wanted: bool | None, **_kwargs: Any) -> None:
        """What services.links writes, unless `words=False`."""
        if create and wanted is not False:
            links.refresh_jumelages([self.pk])
            self.refresh_from_db(fields=["slug", "search_terms"])


class JumelageActorFactory(DjangoModelFactory[JumelageActor]):
    class Meta:
        model = JumelageActor

    jumelage = factory.SubFactory(JumelageFactory)
    actor = factory.SubFactory(PartnerFactory)
    role = JumelageRole.CARRIER


class JumelageDocumentFactory(DjangoModelFactory[JumelageDocument]):
    class Meta:
        model = JumelageDocument

    jumelage = factory.SubFactory(JumelageFactory)
    title = "Serment de jumelage"
    file = factory.django.FileField(filename="serment.pdf", data=b"%PDF-1.4 essai")


class RelaunchFactory(DjangoModelFactory[Relaunch]):
    class Meta:
        model = Relaunch

    jumelage = factory.SubFactory(JumelageFactory)
    needed = ["contact", "projet"]
    started_by = "equipe@exemple.fr"


class ProjectFactory(DjangoModelFactory[Project]):
    class Meta:
        model = Project

    class Params:
        hidden = factory.Trait(is_published=False)
        demo = factory.Trait(is_demo=True)

    title = factory.Sequence(lambda n: f"Un puits pour l’école n° {n}")
    slug = factory.Sequence(lambda n: f"un-puits-{n}")
    country_codes = ["SN"]
    search_terms = factory.SelfAttribute("title")


class ProjectActorFactory(DjangoModelFactory[ProjectActor]):
    class Meta:
        model = ProjectActor

    project = factory.SubFactory(ProjectFactory)
    actor = factory.SubFactory(CommuneFactory)
    role = ProjectRole.LEADER


class ContactFactory(DjangoModelFactory[Contact]):
    """A person whose consent nobody recorded; `agreed` may be shown by name and address."""

    class Meta:
        model = Contact

    class Params:
        agreed = factory.Trait(
            consent_at=factory.LazyFunction(timezone.now),
            consent_from="courriel du 3 mars",
            consent_scope=["nom", "courriel"],
        )

    actor = factory.SubFactory(CommuneFactory)
    name = factory.Sequence(lambda n: f"Alex Martin {n}")
    role = ContactRole.ELECTED
    function = "adjointe à l’international"
    email = factory.Sequence(lambda n: f"alex{n}@exemple.fr")


class PartnerSearchFactory(DjangoModelFactory[PartnerSearch]):
    """A request that waits to be read; `published` is shown; `foreign`: sent without an account, its address confirmed."""

    class Meta:
        model = PartnerSearch
        skip_postgeneration_save = True

    class Params:
        published = factory.Trait(
            state="publiee",
            decided_at=factory.LazyFunction(timezone.now),
            published_at=factory.LazyFunction(timezone.now),
        )
        closed = factory.Trait(state="close", decided_at=factory.LazyFunction(timezone.now))
        foreign = factory.Trait(
            actor=None,
            authority_name="Sankt Waldried",
            authority_country="DE",
            by_email="rathaus@waldried.exemple",
            country_codes=["FR"],
        )

    actor = factory.SubFactory(CommuneFactory)
    confirmed_at = factory.LazyFunction(timezone.now)
    title = factory.Sequence(lambda n: f"Cherchons une ville au bord de la mer n° {n}")
    slug = factory.Sequence(lambda n: f"cherchons-une-ville-{n}")
    description = "Des échanges de jeunes autour de la voile."

    @factory.post_generation
    def address(self: PartnerSearch, create: bool, wanted: bool | None, **_kwargs: Any) -> None:
        """Its page's address ends in its number, as the service makes it."""
        if create:
            self.slug = f"cherchons-une-ville-{self.pk}"
            self.save(update_fields=["slug"])


class MergeFactory(DjangoModelFactory[Merge]):
    class Meta:
        model = Merge

    kept = factory.SubFactory(PartnerFactory)
    absorbed = factory.SubFactory(PartnerFactory)
    merged_by = "equipe@exemple.fr"


class NotDuplicateFactory(DjangoModelFactory[NotDuplicate]):
    class Meta:
        model = NotDuplicate

    first = factory.SubFactory(PartnerFactory)
    second = factory.SubFactory(PartnerFactory)
