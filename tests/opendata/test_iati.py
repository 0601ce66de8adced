"""The IATI file: valid against the standard's schema, told only of what aid counts, sums exact."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from directory.enums import ProjectRole, ProjectStatus
from directory.models import Project
from opendata import iati
from tests.factories import CommuneFactory, CountryFactory, PartnerFactory, ProjectActorFactory, ProjectFactory
from tests.opendata.reading import body

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "iati_schemas" / "iati-activities-schema.xsd"))
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def read(client: Client) -> etree._Element:
    """The file, valid."""
    root = etree.fromstring(body(client, "/donnees/iati.xml"))
    SCHEMA.assertValid(root)
    return root


def eligible(**fields: object) -> Project:
    CountryFactory(iso2="SN")
    made = ProjectFactory(**{"dac_code": "14030", "starts_on": "2025-01-01", "country_codes": ["SN"], **fields})
    ProjectActorFactory(project=made, actor=CommuneFactory(name="Limoges", code="87085"))
    return made


@pytest.mark.django_db
def test_a_project_as_an_activity(client: Client, project: Project) -> None:
    (activity,) = read(client)
    partners = [
        (org.get("role"), org.get("type"), org.findtext("narrative")) for org in activity.iter("participating-org")
    ]

    assert activity.get(LANG) == "fr"
    assert activity.get("default-currency") == "EUR"
    assert activity.findtext("iati-identifier") == f"FR-INSEE-SO-COOPERATION-{project.pk}"
    assert activity.find("reporting-org").attrib == {
        "ref": "FR-INSEE-SO-COOPERATION", "type": "22", "secondary-reporter": "1"
    }  # fmt: skip
    assert activity.findtext("title/narrative") == "De l’eau à Pikine & alentours"
    assert activity.findtext("description/narrative") == "Un forage < 80 m."
    assert partners == [("2", "11", "Limoges"), ("4", "11", "Pikine"), ("1", "10", "Agence de l’eau")]
    assert activity.find("activity-status").get("code") == "2"
    assert [(d.get("type"), d.get("iso-date")) for d in activity.iter("activity-date")] == [
        ("2", "2025-03-01"), ("3", "2027-02-28")
    ]  # fmt: skip
    assert {c.get("code"): c.get("percentage") for c in activity.iter("recipient-country")} == {
        "SN": "33.34", "ML": "33.33", "BF": "33.33"
    }  # fmt: skip
    assert [(s.get("vocabulary"), s.get("code")) for s in activity.iter("sector")] == [("1", "14030")]
    assert [(t.get("vocabulary"), t.get("code")) for t in activity.iter("tag")] == [("2", "6"), ("2", "3")]
    assert sum(int(value.text) for value in activity.iter("value")) == 100_000
    assert [b.find("period-end").get("iso-date") for b in activity.iter("budget")] == [
        "2025-12-31", "2026-12-31", "2027-02-28"
    ]  # fmt: skip


@pytest.mark.django_db
def test_only_what_aid_counts_and_the_standard_can_tell(client: Client) -> None:
    CountryFactory(iso2="DE")
    told = eligible(title="Éligible")
    eligible(title="Sans code-objet", dac_code="")
    eligible(title="En Allemagne", country_codes=["DE"])
    eligible(title="Sans date", starts_on=None)
    ProjectFactory(title="Sans acteur", dac_code="14030", starts_on="2025-01-01")
    lonely = ProjectFactory(title="Acteur masqué", dac_code="14030", starts_on="2025-01-01")
    ProjectActorFactory(project=lonely, actor=PartnerFactory(hidden=True))

    assert [activity.findtext("iati-identifier") for activity in read(client)] == [f"FR-INSEE-SO-COOPERATION-{told.pk}"]


@pytest.mark.django_db
@pytest.mark.parametrize(("rank", "status"), list(enumerate(ProjectStatus, start=1)))
def test_each_status_has_its_code_and_its_kind_of_dates(client: Client, rank: int, status: ProjectStatus) -> None:
    today = timezone.localdate()
    eligible(status=status, starts_on=today - timedelta(days=400), ends_on=today - timedelta(days=1))

    (activity,) = read(client)
    begun = status not in (ProjectStatus.PLANNED, ProjectStatus.CANCELLED)

    assert activity.find("activity-status").get("code") == str(rank)
    assert [day.get("type") for day in activity.iter("activity-date")] == [
        "2" if begun else "1", "4" if status == ProjectStatus.DONE else "3"
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_day_to_come_is_never_actual(client: Client) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    eligible(status=ProjectStatus.RUNNING, starts_on=tomorrow, ends_on=None, budget=500)

    (activity,) = read(client)

    assert [day.get("type") for day in activity.iter("activity-date")] == ["1"]
    assert list(activity.iter("budget")) == []


@pytest.mark.django_db
def test_texts_that_xml_cannot_hold_and_a_prefix_of_ones_own(client: Client, settings) -> None:
    settings.IATI_ORG_PREFIX = "FR-RCS-123456789"
    project = eligible(title="Un\x0bpuits\uffff <b>", description="", country_codes=["SN", "SN"])
    for role in ProjectRole:
        ProjectActorFactory(
            project=project, actor=PartnerFactory(name=f"Lycée {role}", nature="enseignement"), role=role
        )

    (activity,) = read(client)

    assert activity.findtext("iati-identifier") == f"FR-RCS-123456789-{project.pk}"
    assert activity.findtext("title/narrative") == activity.findtext("description/narrative") == "Unpuits <b>"
    assert [country.get("percentage") for country in activity.iter("recipient-country")] == ["100.00"]
    assert {org.get("type") for org in activity.iter("participating-org")} == {"11", "80"}


@pytest.mark.django_db
def test_with_nothing_to_tell_there_is_no_file_and_nobody_offers_it(client: Client) -> None:
    eligible(title="Sans date", starts_on=None)
    page = client.get("/donnees/")

    answer = client.get("/donnees/iati.xml")

    assert (answer.status_code, answer["Content-Type"]) == (404, "text/plain; charset=utf-8")
    assert answer.content.decode() == (
        "Aucun projet éligible à l’aide publique au développement n’est publié à ce jour.\n"
    )
    for told in (page, client.get("/donnees/catalogue.jsonld")):
        assert [word for word in ("IATI", "iati.xml", "iatistandard") if word in told.content.decode()] == []


@pytest.mark.django_db
def test_the_file_comes_with_its_first_project_and_goes_with_its_last(client: Client) -> None:
    told = eligible()

    assert len(read(client)) == 1
    assert "/donnees/iati.xml" in client.get("/donnees/").content.decode()
    assert client.head("/donnees/iati.xml").status_code == 200

    told.delete()
    assert client.get("/donnees/iati.xml").status_code == 404
    assert client.head("/donnees/iati.xml").status_code == 404


@given(st.integers(1, 200))
def test_shares_sum_to_one_hundred(count: int) -> None:
    shares = iati.shares(count)

    assert len(shares) == count
    assert sum(round(float(share) * 100) for share in shares) == 10_000


@given(st.integers(0, 2**31 - 1), st.dates(date(1950, 1, 1), date(2060, 1, 1)), st.integers(0, 4000))
def test_budgets_follow_each_other_within_a_year_and_sum_to_the_total(total: int, start: date, days: int) -> None:
    end = start + timedelta(days=days)

    periods = list(iati.budgets(total, start, end))

    assert (periods[0][0], periods[-1][1]) == (start, end)
    assert sum(amount for _, _, amount in periods) == total
    assert {second[0] - first[1] for first, second in pairwise(periods)} <= {timedelta(days=1)}
    assert [period for period in periods if period[0].year != period[1].year or period[2] < 0] == []
