"""Load the AECT questionnaire of this folder: drafted, checked, published; nothing if it is published already."""

import tomllib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.models import Questionnaire
from surveys.outline import OutlineError, as_dict, outline_of
from surveys.services import SurveysError, publish, save_draft

FILE = Path(__file__).resolve().parents[2] / "questionnaires" / "aect.toml"


class Command(BaseCommand):
    help = "Charge le questionnaire de l’action extérieure des collectivités (AECT)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="ne rien faire si une version existe déjà")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outline = outline_of(tomllib.loads(FILE.read_text(encoding="utf-8")))
            if options["if_empty"] and Questionnaire.objects.versions_of(outline.code).exists():
                return
            published = Questionnaire.objects.versions_of(outline.code).published().first()
            if published is not None and published.content == as_dict(outline):
                self.stdout.write(f"Rien à faire : la version {published.version} est publiée.")
                return
            draft = Questionnaire.objects.versions_of(outline.code).drafts().first()
            if draft is not None and draft.content != as_dict(outline):
                raise CommandError(
                    f"L’équipe écrit la version {draft.version}\u00a0: publiez ou abandonnez d’abord ce brouillon."
                )
            done = publish(save_draft(outline, by="load_questionnaire_aect"))
        except (OutlineError, SurveysError) as error:
            raise CommandError(str(error)) from error
        questions = sum(1 for _question in outline.questions())
        self.stdout.write(
            f"{outline.title} : version {done.version} publiée, {len(outline.sections)} parties, {questions} questions."
        )
