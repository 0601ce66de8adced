"""Which facts people may change, and how what they type is written."""

import pytest

from directory import editable


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("0545900000", "05 45 90 00 00"),
        ("05.45.90.00.00", "05 45 90 00 00"),
        ("+33 5 45 90 00 00", "05 45 90 00 00"),
        ("+33 (0)5-45-90-00-00", "05 45 90 00 00"),
        ("0033545900000", "05 45 90 00 00"),
        ("+221  33 123 45 67", "+221 33 123 45 67"),
        ("3939", "3939"),
        ("", ""),
    ],
)
def test_phone_numbers_are_written_as_elsewhere(typed: str, written: str) -> None:
    assert editable.french_phone(typed) == written


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("mairie.fr", "https://mairie.fr"),
        ("http://mairie.fr/a", "http://mairie.fr/a"),
        ("HTTPS://mairie.fr", "HTTPS://mairie.fr"),
        (" ", ""),
    ],
)
def test_addresses_of_sites_are_completed(typed: str, written: str) -> None:
    assert editable.whole_address(typed) == written


def test_the_name_of_a_collectivite_is_official() -> None:
    assert editable.fields_of(is_collectivite=True) == [
        "description", "identity_tags", "address", "phone", "email", "website",
    ]  # fmt: skip
    assert editable.fields_of(is_collectivite=False)[:2] == ["name", "short_name"]


def test_the_address_that_proves_who_somebody_is_is_never_trusted(settings) -> None:
    settings.DIRECTORY_TRUSTED_FIELDS = ["email", "name", "phone"]

    assert editable.trusted(["email", "name", "phone", "website"]) == ["phone"]
