"""What the tests of imports share: running a file through a resource."""

from datetime import date
from typing import Any

from directory.enums import Source
from directory.resources import CollectiviteResource, PartnerResource, Preview, as_dataset
from soco.web.imports import read_table

TODAY = date(2026, 11, 20)
BY = "lea@exemple.fr"


def imported(text: str, *, dry_run: bool = False, partners: bool = False, **options: Any) -> Preview:
    """What becomes of a semicolon CSV whose data are of TODAY."""
    resource = (PartnerResource if partners else CollectiviteResource)(**{"as_of": TODAY, "by": BY, **options})
    return resource.import_data(
        as_dataset(read_table(text.encode())),
        dry_run=dry_run,
        file_name="essai.csv",
        rollback_on_validation_errors=True,
    )


def said(source: Source, at: str, by: str = "marie@exemple.fr") -> dict[str, str]:
    return {"source": source.value, "at": at, "by": by}
