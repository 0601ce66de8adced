"""What the database refuses, in French: the sentence of the constraint that a row broke."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import DataError, IntegrityError, models, transaction
from django.utils.translation import gettext as _

from .errors import DirectoryError


def refusal(error: IntegrityError, model: type[models.Model]) -> str:
    """The French sentence of the constraint, of `model` or of a table that the gesture also wrote, that refused a row."""
    diagnosis = getattr(error.__cause__, "diag", None)
    broken = getattr(diagnosis, "constraint_name", None)
    for known in (model, *apps.get_app_config("directory").get_models()):
        for constraint in known._meta.constraints:
            if constraint.name == broken:
                return str(constraint.violation_error_message)
    return _("La base refuse cette fiche : une autre porte déjà une valeur qui doit être unique.")


@contextmanager
def told(model: type[models.Model]) -> Iterator[None]:
    """Raise DirectoryError, in French, for what the database refuses inside; nothing of it is written."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise DirectoryError(refusal(error, model)) from error
    except DataError as error:
        raise DirectoryError(_("La base refuse une de ces valeurs\u00a0: rien n’a été enregistré.")) from error
