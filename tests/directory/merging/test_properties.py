"""Merge then undo = identity, on every table, whatever the two fiches had and whatever collides."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory import services
from directory.models import Actor, Attachment, Jumelage, JumelageActor, Project
from directory.services import DirectoryError
from directory.services.comparison import ACTOR_GROUPS, JUMELAGE_GROUPS
from tests.directory.merging.worlds import differences, settled
from tests.factories import (
    AttachmentFactory,
    ChangeProposalFactory,
    CommuneFactory,
    ConfirmationRequestFactory,
    ContactFactory,
    InvitationFactory,
    JumelageActorFactory,
    JumelageFactory,
    PartnerFactory,
    PartnerSearchFactory,
    ProjectActorFactory,
    ProjectFactory,
    RelaunchFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
BY = "equipe@exemple.fr"

side, few = st.integers(0, 2), st.integers(0, 1)
source = st.sampled_from(["staff", "import", "organisation"])
fact = st.fixed_dictionaries(
    {
        "phone": st.sampled_from(["", "05 45 00 00 00", "05 55 00 00 00"]),
        "email": st.sampled_from(["", "a@exemple.fr", "b@exemple.fr"]),
        "description": st.sampled_from(["", "Une ville.", "Un village « au loin »."]),
        "siren": st.sampled_from(["", "356000000"]),
        "identity_tags": st.lists(st.sampled_from(["littoral", "fleuve"]), unique=True),
        "is_published": st.booleans(),
        "source": source,
    }
)
ended = st.sampled_from([("", None), ("actif", None), ("clos", None), ("clos", date(1993, 5, 1))])
ROWS = {
    "jumelage": st.tuples(
        side,
        few,
        st.sampled_from(["jumelage", "pacte"]),
        st.sampled_from([None, 1990, 1995]),
        ended,
        st.booleans(),
        source,
    ),
    "participant": st.tuples(side, st.integers(0, 5), st.sampled_from(["porteur", "financeur"])),
    "role": st.tuples(side, few, st.sampled_from(["partenaire", "financeur"]), st.sampled_from([None, 10, 20])),
    "contact": st.tuples(side, st.integers(0, 5)),
    "attachment": st.tuples(side, few, st.sampled_from(["requested", "accepted", "refused", "left"]), st.booleans()),
    "invitation": st.tuples(side, st.sampled_from(["x@exemple.fr", "X@exemple.fr"]), st.booleans()),
    "proposal": st.tuples(side, st.integers(0, 5)),
    "question": st.tuples(side, st.booleans()),
    "search": st.tuples(side),
    "member": st.tuples(side, side),
    "relaunch": st.tuples(st.integers(0, 5), st.booleans()),
    "project": st.tuples(st.integers(0, 5)),
}
row = st.sampled_from(sorted(ROWS)).flatmap(lambda kind: st.tuples(st.just(kind), ROWS[kind]))


class World:
    """Three fiches, two communes, two people, two projects, and what was drawn around them."""

    def __init__(self, facts: list[dict[str, Any]]) -> None:
        self.actors = [self._actor(number, dict(values)) for number, values in enumerate(facts)]
        self.communes = CommuneFactory.create_batch(2)
        self.users = UserFactory.create_batch(2)
        self.projects = ProjectFactory.create_batch(2)

    @staticmethod
    def _actor(number: int, values: dict[str, Any]) -> Actor:
        said = {"source": values.pop("source"), "at": f"2026-0{number + 1}-01T08:00:00+00:00", "by": BY}
        return PartnerFactory(foreign=True, name=f"Ville {number}", provenance={"*": said, "phone": said}, **values)

    def add(self, kind: str, drawn: tuple[Any, ...]) -> None:
        """Add a row, or nothing if the tables refuse it."""
        try:
            with transaction.atomic():
                getattr(self, f"_{kind}")(*drawn)
        except IntegrityError:
            pass

    def _any_jumelage(self, position: int) -> Jumelage | None:
        rows = list(Jumelage.objects.order_by("pk"))
        return rows[position % len(rows)] if rows else None

    def _jumelage(self, who: int, commune: int, kind: str, year: Any, life: Any, shown: bool, said: str) -> None:
        vitality, ended_on = life
        JumelageFactory(
            collectivite=self.communes[commune], partner=self.actors[who], kind=kind, year_started=year, vitality=vitality,
            ended_on=ended_on, is_published=shown, context=f"{said} {who}" if shown else "", words=False,
            theme_codes=["eau"] if said == "staff" else [], last_action_on=date(2020, 1, 1) if who else None,
            provenance={"*": {"source": said, "at": "2026-01-01", "by": BY}},
        )  # fmt: skip

    def _participant(self, who: int, position: int, role: str) -> None:
        if jumelage := self._any_jumelage(position):
            JumelageActorFactory(jumelage=jumelage, actor=self.actors[who], role=role)

    def _role(self, who: int, project: int, role: str, amount: Any) -> None:
        ProjectActorFactory(project=self.projects[project], actor=self.actors[who], role=role, amount=amount)

    def _contact(self, who: int, position: int) -> None:
        ContactFactory(actor=self.actors[who], jumelage=self._any_jumelage(position))

    def _attachment(self, who: int, user: int, state: str, principal: bool) -> None:
        AttachmentFactory(
            actor=self.actors[who], user=self.users[user], state=state, is_principal=principal and state == "accepted"
        )

    def _invitation(self, who: int, email: str, accepted: bool) -> None:
        InvitationFactory(actor=self.actors[who], email=email, accepted_at=timezone.now() if accepted else None)

    def _proposal(self, who: int, position: int) -> None:
        jumelage = self._any_jumelage(position) if position else None
        ChangeProposalFactory(actor=jumelage.collectivite if jumelage else self.actors[who], jumelage=jumelage)

    def _question(self, who: int, is_open: bool) -> None:
        ConfirmationRequestFactory(actor=self.actors[who], closed_at=None if is_open else timezone.now())

    def _search(self, who: int) -> None:
        PartnerSearchFactory(actor=self.actors[who])

    def _member(self, who: int, network: int) -> None:
        if who != network:
            Actor.objects.filter(pk=self.actors[who].pk).update(network=self.actors[network])

    def _relaunch(self, position: int, is_open: bool) -> None:
        if jumelage := self._any_jumelage(position):
            closed = {} if is_open else {"state": "reussie", "closed_at": timezone.now()}
            RelaunchFactory(jumelage=jumelage, **closed)

    def _project(self, position: int) -> None:
        Project.objects.filter(pk=self.projects[0].pk).update(jumelage=self._any_jumelage(position))


def without_versions(dumped: dict[str, Any]) -> dict[str, Any]:
    """The version of the signed links only grows: an address that comes back does not bring its old links back."""
    for columns in dumped["directory_actor"]:
        del columns["link_version"]
    return dumped


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    facts=st.lists(fact, min_size=3, max_size=3),
    rows=st.lists(row, max_size=14),
    choices=st.dictionaries(st.sampled_from([group.name for group in ACTOR_GROUPS]), few, max_size=6),
    twice=st.booleans(),
)
def test_merge_then_undo_is_the_identity(
    db: Any, facts: list[Any], rows: list[Any], choices: dict[str, int], twice: bool
) -> None:
    with transaction.atomic():
        world = World(facts)
        for kind, drawn in rows:
            world.add(kind, drawn)
        kept, absorbed, third = world.actors
        before = without_versions(settled())

        merged = [services.merge_actors(kept, absorbed, {n: (kept, absorbed)[i].pk for n, i in choices.items()}, by=BY)]
        assert Jumelage.objects.standing().in_pair_of(absorbed.pk).count() == 0
        assert JumelageActor.objects.filter(actor=absorbed).count() == 0
        assert Attachment.objects.filter(actor=absorbed).count() == 0
        if twice:
            merged.append(services.merge_actors(third, kept, by=BY))
        for one in reversed(merged):
            assert services.why_not_undone([one]) == {}
            services.undo_merge(one, by=BY)

        assert differences(before, without_versions(settled())) == []
        transaction.set_rollback(True)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    first=ROWS["jumelage"],
    second=ROWS["jumelage"],
    rows=st.lists(row.filter(lambda drawn: drawn[0] not in ("jumelage", "member")), max_size=10),
    choices=st.dictionaries(st.sampled_from([group.name for group in JUMELAGE_GROUPS]), few, max_size=6),
)
def test_two_jumelages_merged_then_undone_are_as_before(
    db: Any, first: Any, second: Any, rows: list[Any], choices: dict[str, int]
) -> None:
    with transaction.atomic():
        world = World([{"source": "staff"}] * 3)
        for drawn in (first, second):
            world.add("jumelage", (0, 0, "jumelage", *drawn[3:]))
        pair = list(Jumelage.objects.order_by("pk"))
        for kind, drawn in rows:
            world.add(kind, drawn)
        before = settled()

        if len(pair) == 2:
            try:
                merged = services.merge_jumelages(*pair, {name: pair[i].pk for name, i in choices.items()}, by=BY)
            except DirectoryError:
                pass
            else:
                assert services.undo_merge(merged, by=BY)

        assert differences(before, settled()) == []
        transaction.set_rollback(True)
