"""Forgets what is older than its rule says; dry unless --apply."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from soco.web import registries


class Command(BaseCommand):
    help = "Efface ce dont la durée de conservation est passée. Sans --apply, dit seulement ce qui le serait."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="efface pour de bon")

    def handle(self, *args: Any, apply: bool = False, **options: Any) -> None:
        total = 0
        for purge in registries.purges():
            count = purge.run(apply)
            total += count
            self.stdout.write(f"{count:>8}  {purge.rule}")
        self.stdout.write(f"total: {'purged' if apply else 'to_purge'}={total}")
