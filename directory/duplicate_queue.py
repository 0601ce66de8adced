"""What look-alikes show on the staff's home."""

from django.utils.translation import gettext_lazy

from directory import perms
from directory.services import look_alikes
from soco.web.registries import Queue, Waiting

QUEUE = Queue(
    code="directory.duplicates",
    label=gettext_lazy("Doublons possibles"),
    help=gettext_lazy("Des fiches ou des jumelages qui se ressemblent, à comparer puis à fusionner ou à écarter."),
    url_name="duplicate_list",
    permission=perms.MERGE,
    measure=lambda: Waiting(look_alikes.count()),
    order=60,
)
