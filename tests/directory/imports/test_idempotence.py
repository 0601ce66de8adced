"""Whatever a file holds, importing it twice changes nothing, and a town is never two partners."""

from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.models import Actor, Jumelage
from directory.services import DirectoryError
from directory.services.importing import IMPORT_LOCK
from tests.directory.imports.files import HEADER, csv_file, imported
from tests.factories import PartnerFactory

pytestmark = pytest.mark.usefixtures("places")

lines = st.tuples(
    st.sampled_from(["16015", "17300", "1004", "17189", "99999", ""]),
    st.sampled_from(["Vergne", "la vergne", "ANGOULEME", ""]),
    st.sampled_from(["16", "17", ""]),
    st.sampled_from(["Moscow", "Moscou", "MOSKVA", "Friedberg", "friedberg", "Bury", "Angoulême", "?"]),
    st.sampled_from(["RU", "DE", "Allemagne", "FR", ""]),
    st.sampled_from(["", "1962", "1963", "19888"]),
    st.sampled_from(["", "1960", "1970"]),
    st.sampled_from(["", "jumelage", "cooperation"]),
    st.sampled_from([("", ""), ("48.36", "10.98"), ("50.33", "8.75"), ("50.34", "8.76")]),
    st.sampled_from(["", "16015"]),
)


def state() -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    return (
        list(Jumelage.objects.order_by("pk").values()),
        list(
            Actor.objects.order_by("pk").values("pk", "name", "short_name", "latitude", "provenance", "jumelage_count")
        ),
    )


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(lines, max_size=8))
def test_any_file_twice_changes_nothing(tmp_path: Path, rows: list[tuple[object, ...]]) -> None:
    titles = "code;commune;departement;partenaire;pays;annee;annee_debut;type;lat;lon;partenaire_code"
    cells = [";".join([*map(str, row[:8]), *row[8], str(row[9])]) for row in rows]  # type: ignore[misc]
    path = csv_file(tmp_path, "\n".join([titles, *cells]))
    with transaction.atomic():
        try:
            dry = imported(path, dry_run=True)
            first = imported(path)
            before = state()
            again = imported(path)
        except DirectoryError as error:
            assert not rows, str(error)
        else:
            assert (first.counts, first.refusals) == (dry.counts, dry.refusals)
            assert (again.created, again.changed, again.refused) == (0, 0, first.refused)
            assert again.unchanged == first.accepted
            assert state() == before
        transaction.set_rollback(True)


def test_a_homonym_of_the_repertoire_without_a_place_is_not_guessed(tmp_path: Path) -> None:
    PartnerFactory(foreign=True, name="Friedberg", country__iso2="DE", latitude=48.36, longitude=10.98)
    PartnerFactory(foreign=True, name="Friedberg", country__iso2="DE", latitude=None, longitude=None)

    report = imported(csv_file(tmp_path, "code;partenaire;pays;lat;lon\n16015;Friedberg;DE;50.33;8.75\n"))

    assert (report.refused, len(report.refusals[0].candidates)) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_two_imports_do_not_run_together(tmp_path: Path) -> None:
    path = csv_file(tmp_path, f"{HEADER}\n16015;;;;Bury;GB\n")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [IMPORT_LOCK])
        with pytest.raises(DirectoryError, match="Un autre chargement est en cours"):
            imported(path)
    finally:
        other.close()
    assert Jumelage.objects.count() == 0
    assert imported(path).created == 1
