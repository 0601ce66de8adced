"""The gestures about projects: add one, save one, remove some."""

from collections.abc import Iterable
from typing import Any

import pghistory
from django.db import transaction

from directory import counts_version
from directory.enums import Source
from directory.models import Project

from .jumelages import said
from .project_words import refresh_projects
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
def remove_projects(pks: Iterable[int], by: str) -> int:
    """Delete projects and return how many; the history keeps them."""
    ids = sorted(set(pks))
    with pghistory.context(source=Source.STAFF.value, by=by):
        Project.objects.filter(pk__in=ids).delete()
    transaction.on_commit(counts_version.bump)
    return len(ids)
