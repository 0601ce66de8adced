"""From answers to the répertoire and to the network's work: proposals that staff read, needs."""

import pytest

from directory.enums import ProposalKind, ProposalState
from directory.models import Actor, ChangeProposal, Jumelage, Need, Service
from directory.services import Decision, decide
from surveys import mapping, services
from surveys.enums import Channel
from surveys.models import Response
from surveys.published import conditions_of
from surveys.services.answering import Author
from tests.factories.actors import CountryFactory, PartnerFactory
from tests.factories.jumelages import JumelageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def twinned(asked):
    for iso2, name in (("DE", "Allemagne"), ("SN", "Sénégal"), ("PL", "Pologne")):
        CountryFactory(iso2=iso2, name=name)
    partner = PartnerFactory(foreign=True, name="Fürth", country_id="DE")
    return JumelageFactory(
        collectivite=asked.invitation.actor, partner=partner, year_signed=1992, vitality="actif", kind="jumelage"
    )


def sent(asked, **values):
    said = {"Q1": {"nom": "Aubusson", "acteur": None}, "Q5": "active", "Q43": ["fiche"]} | values
    author = Author(Channel.MAIL, asked.email)
    response = Response.objects.filter(invitation=asked.invitation).first()
    services.save_page(asked.invitation, said, seen=response.revision if response else 0, author=author)
    response = services.submit(asked.invitation, author=author)
    services.follow_up(response.pk)
    return Response.objects.get(pk=response.pk)


def waiting():
    return list(ChangeProposal.objects.pending().oldest_first())


class TestMapping:
    """Pure: from questions to fields."""

    def test_nothing_without_the_agreement_to_publish(self):
        block = {"id": "7", "Q13x": "corriger", "Q13c": 1990}
        assert mapping.proposed_values({"Q13": [block], "Q43": ["statistiques"]}) == mapping.Wanted()

    def test_each_block_is_said_exact_corrected_over_or_new(self):
        said = {
            "Q43": ["fiche"],
            "Q13": [
                {"id": "1", "Q13x": "exact", "Q13c": 1900},
                {"id": "2", "Q13x": "corriger", "Q13c": 1990, "Q13e": "en_sommeil", "Q14": "comite"},
                {"id": "3", "Q13x": "fini", "Q13e": "actif"},
                {"id": "", "Q13a": "Plauen", "Q13p": "DE", "Q13b": "pacte"},
                {"id": "", "Q13a": "Sans pays"},
            ],
        }
        wanted = mapping.proposed_values(said)
        assert wanted.exact == [1]
        assert wanted.jumelages == {
            2: {"year_signed": 1990, "vitality": "en-sommeil", "carrier": "comite"},
            3: {"vitality": "clos"},
        }
        assert wanted.additions == [({"name": "Plauen", "country": "DE"}, {"kind": "pacte"})]

    def test_nobody_runs_it_is_not_a_person(self):
        said = {"Q43": ["fiche"], "Q13": [{"id": "2", "Q13x": "corriger", "Q14": "personne"}]}
        assert mapping.proposed_values(said).jumelages == {}

    def test_what_the_repertoire_knows_comes_back_as_no_difference(self, twinned, asked):
        block = {"id": str(twinned.pk), **mapping.said_of_jumelage(twinned, asked.invitation.actor)}
        assert sent(asked, Q13=[block]) and waiting() == []


class TestProposals:
    def test_a_difference_is_read_by_staff_before_it_is_a_fact(self, asked, twinned):
        response = sent(asked, Q13=[{"id": str(twinned.pk), "Q13x": "corriger", "Q13c": 1991}])
        (proposal,) = waiting()
        assert proposal.origin == f"response:{response.pk}:j{twinned.pk}" and proposal.source == "survey"
        assert [(c.field, c.old, c.new) for c in proposal.changes.all()] == [("year_signed", 1992, 1991)]
        decide(proposal, {"year_signed": Decision(accept=True)}, by="staff@soco.example")
        assert Jumelage.objects.get().year_signed == 1991

    def test_one_to_add_is_an_addition(self, asked, twinned):
        sent(asked, Q13=[{"id": "", "Q13a": "Plauen", "Q13p": "DE", "Q13e": "actif"}])
        (proposal,) = waiting()
        assert proposal.kind == ProposalKind.ADDITION and Jumelage.objects.count() == 1

    def test_sent_again_it_updates_the_open_proposal(self, asked, twinned):
        sent(asked, Q13=[{"id": str(twinned.pk), "Q13x": "corriger", "Q13c": 1991}])
        (before,) = waiting()
        sent(asked, Q13=[{"id": str(twinned.pk), "Q13x": "corriger", "Q13c": 1990, "Q13e": "en_sommeil"}])
        (after,) = waiting()
        assert after.pk == before.pk
        assert {c.field: c.new for c in after.changes.all()} == {"year_signed": 1990, "vitality": "en-sommeil"}

    def test_what_is_said_no_more_is_taken_back(self, asked, twinned):
        sent(asked, Q13=[{"id": "", "Q13a": "Plauen", "Q13p": "DE"}])
        sent(asked, Q13=[])
        assert waiting() == [] and ChangeProposal.objects.get().state == ProposalState.WITHDRAWN

    def test_the_same_addition_said_again_is_one(self, asked, twinned):
        for year in (1990, 1991):
            sent(asked, Q13=[{"id": "", "Q13a": "Plauen", "Q13p": "DE", "Q13c": year}])
        (proposal,) = waiting()
        assert {c.field: c.new for c in proposal.changes.all()}["year_signed"] == 1991

    def test_what_staff_refused_is_not_asked_anew(self, asked, twinned):
        block = {"id": str(twinned.pk), "Q13x": "corriger", "Q13c": 1991}
        sent(asked, Q13=[block])
        decide(waiting()[0], {"year_signed": Decision(accept=False)}, by="staff@soco.example")
        sent(asked, Q13=[block], Q42="Encore une fois")
        assert waiting() == []
        sent(asked, Q13=[block | {"Q13c": 1989}])
        (proposal,) = waiting()
        assert proposal.origin.endswith("/2")

    def test_another_s_jumelage_is_not_changed_by_its_number(self, asked, twinned):
        other = JumelageFactory(year_signed=1980)
        sent(asked, Q13=[{"id": str(other.pk), "Q13x": "corriger", "Q13c": 1801}])
        assert waiting() == []

    def test_a_value_that_the_repertoire_cannot_hold_stops_nothing(self, asked, twinned):
        block = {"id": str(twinned.pk), "Q13x": "corriger", "Q13c": 1991}
        response = sent(asked, Q30="javascript:alert(1)", Q13=[block])
        assert response.followed_at and [p.jumelage_id for p in waiting()] == [twinned.pk]

    def test_hidden_answers_propose_nothing(self, asked, twinned):
        sent(asked, Q5="jamais", Q13=[{"id": str(twinned.pk), "Q13x": "fini"}])
        assert waiting() == []

    def test_twice_is_once(self, asked, twinned):
        response = sent(asked, Q13=[{"id": str(twinned.pk), "Q13x": "fini"}])
        assert services.follow_up(response.pk) is False
        assert len(waiting()) == 1


class TestReading:
    def test_what_is_said_exact_is_fresh_once_staff_read_it(self, asked, twinned):
        response = sent(asked, Q13=[{"id": str(twinned.pk), "Q13x": "exact"}])
        twinned.refresh_from_db()
        assert twinned.verified_at is None
        for _time in range(2):
            services.mark_read(response, by="staff@soco.example")
        twinned.refresh_from_db()
        assert twinned.verified_at is not None
        assert ChangeProposal.objects.filter(kind=ProposalKind.CONFIRMATION).count() == 1

    def test_nothing_is_confirmed_without_the_agreement_to_publish(self, asked, twinned):
        response = sent(asked, Q43=["statistiques"], Q13=[{"id": str(twinned.pk), "Q13x": "exact"}])
        services.mark_read(response, by="staff@soco.example")
        twinned.refresh_from_db()
        assert twinned.verified_at is None

    def test_people_who_are_named_become_contacts_when_staff_says_so(self, asked):
        ana = {"nom": "Ana Durand", "fonction": "adjointe", "courriel": "ana@aubusson.example"}
        response = sent(
            asked, Q3=[{"id": "", "Q3a": "elu", "Q3b": ana}, {"id": "", "Q3a": "agent"}], Q4="non", Q4b={"nom": "Luc"}
        )
        people = services.people_named_in(response)
        assert [person["name"] for person in people] == ["Ana Durand"]  # Luc's question is hidden
        contact = services.take_contact(response, 0)
        assert (contact.name, contact.email, contact.actor) == (
            "Ana Durand",
            "ana@aubusson.example",
            asked.invitation.actor,
        )
        with pytest.raises(services.SurveysError, match="déjà"):
            services.take_contact(response, 0)
        with pytest.raises(services.SurveysError, match="n’est plus"):
            services.take_contact(response, 7)


class TestNeeds:
    @pytest.fixture(autouse=True)
    def services_of_the_network(self):
        for code in ("conseil", "formations"):
            Service.objects.get_or_create(
                code=code, defaults={"name": code, "summary": code, "audience": "", "how_to_ask": ""}
            )

    def test_what_is_asked_becomes_a_need_with_its_service(self, asked):
        response = sent(asked, Q35=["financement", "conseil"], Q36="mois", Q36a="le jeudi")
        found = {need.origin.removeprefix(f"response:{response.pk}:"): need for need in Need.objects.all()}
        assert set(found) == {"Q35:financement", "Q35:conseil", "Q36:mois"}
        assert found["Q35:conseil"].service_id == "conseil" and found["Q35:financement"].service is None
        assert found["Q36:mois"].detail == "le jeudi"

    def test_what_is_asked_no_more_goes_unless_somebody_works_on_it(self, asked):
        sent(asked, Q39=["droit", "europe"])
        Need.objects.filter(origin__endswith="droit").update(state="en_cours")
        sent(asked, Q39=[])
        assert [need.origin.rpartition(":")[2] for need in Need.objects.all()] == ["droit"]

    def test_a_refusal_of_a_visit_is_no_need(self, asked):
        sent(asked, Q36="non", Q10="plus_tard")
        assert not Need.objects.exists()

    def test_the_end_page_says_what_exists_already(self, client, asked):
        sent(asked, Q35=["conseil", "financement"], Q33={"conseil": "inconnu"})
        html = client.get(f"{asked.get_absolute_url()}merci/").text
        assert "le réseau le fait déjà" in html and "Vous ne le connaissiez pas" in html


def test_every_question_of_the_mapping_is_in_the_questionnaire(aect):
    outline = conditions_of(aect.pk).outline
    codes = {question.code for question in outline.questions()}
    named = {
        mapping.JUMELAGES, mapping.VERDICT, mapping.PARTNER, mapping.COUNTRY, mapping.KIND, mapping.YEAR_SIGNED,
        mapping.YEAR_STARTED, mapping.STATE, mapping.THEMES, mapping.LAST_ACTION, mapping.CARRIER, mapping.WEBSITE,
        mapping.AGREEMENT, mapping.MEETING, *mapping.ASKING, *mapping.DETAILS.values(), mapping.SERVICES_KNOWN,
    }  # fmt: skip
    assert named <= codes
    for code, (values, _service) in mapping.ASKING.items():
        assert set(values or ()) <= set(outline.question(code).values), code
    assert set(mapping.KINDS) | {"autre"} == set(outline.question(mapping.KIND).values)
    assert set(mapping.STATES) == set(outline.question(mapping.STATE).values)
    assert Actor.objects.count() == 0


class TestWhoseAnswers:
    def test_answers_that_name_another_collectivite_are_told_to_staff(self, asked):
        response = sent(asked, Q1={"nom": "Bordeau", "acteur": None})
        assert services.said_to_be(response) == "Bordeau"

    @pytest.mark.parametrize("name", ["Aubusson", "aubusson", "AUBUSSON (commune, 16)"])
    def test_its_own_name_however_it_is_written_is_nothing_to_tell(self, asked, name):
        actor = asked.invitation.actor
        label = f"{actor.name} (commune, {actor.departement_codes[0]})"
        response = sent(asked, Q1={"nom": label if "(" in name else name, "acteur": None})
        assert services.said_to_be(response) == ""
