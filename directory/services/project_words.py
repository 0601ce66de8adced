"""The words that find a project, and its address; written again when it changes, or the name of one of its actors does."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from directory import counts_version
from directory.models import Project, ProjectActor

from .naming import SLUG_LENGTH, spelled_apart


@transaction.atomic
def refresh_projects(pks: Iterable[int]) -> None:
    """Write the words that find these projects, and their address."""
    for project in Project.objects.filter(pk__in=list(pks)).prefetch_related("roles__actor"):
        actors = [role.actor for role in project.roles.all()]
        words = [
            project.title,
            project.description,
            *(name for actor in actors for name in (actor.name, actor.short_name)),
        ]
        ending = str(project.pk)
        slug = slugify(spelled_apart(project.title))[: SLUG_LENGTH - len(ending) - 1].strip("-")
        Project.objects.filter(pk=project.pk).update(
            search_terms="\n".join(dict.fromkeys(filter(None, words))),
            slug=f"{slug}-{ending}" if slug else ending,
            updated_at=timezone.now(),
        )
    transaction.on_commit(counts_version.bump)


def follow_actors(pks: Iterable[int]) -> None:
    """After a change of the name of these actors: their projects are found by it."""
    roles = ProjectActor.objects.filter(actor__in=list(pks)).order_by()
    if found := sorted(set(roles.values_list("project_id", flat=True))):
        refresh_projects(found)
