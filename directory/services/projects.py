"""The gestures about projects: save one, and the words that find it."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from directory import counts_version
from directory.enums import Source
from directory.models import Project

from .jumelages import said
from .naming import SLUG_LENGTH, spelled_apart
from .refusals import told


@transaction.atomic
def create_project(
    *, title: str, source: Source, by: str, roles: Iterable[tuple[Any, str, int | None]] = (), **fields: Any
) -> Project:
    """Add a project and return it. `roles`: (actor, role, amount in euros or None)."""
    project = Project(title=title, **fields)
    save_project(project, ["*"], source=source, by=by)
    with told(Project):
        for actor, role, amount in roles:
            project.roles.create(actor=actor, role=role, amount=amount)
    refresh_projects([project.pk])
    return project


@transaction.atomic
def save_project(project: Project, names: Iterable[str], *, source: Source, by: str) -> None:
    """Save a project, new or not; `names`: the fields that changed, each marked with its source."""
    entry = said(source, by)
    is_new = project._state.adding
    project.provenance = {"*": entry} if is_new else {**project.provenance, **dict.fromkeys(names, entry)}
    with told(Project):
        project.save()
    refresh_projects([project.pk])


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
