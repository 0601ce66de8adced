"""A small app of the tests alone: one kind of mail for each category, so that the mail room is tested without any room above."""

from base64 import b64decode
from typing import Any

from django.apps import AppConfig


class TestsMailingConfig(AppConfig):
    name = "tests.mailing"
    label = "tests_mailing"

    def ready(self) -> None:
        from soco.mailing import kinds
        from soco.mailing.enums import Category, Reason

        def context(params: kinds.Params) -> dict[str, Any]:
            if params.get("done"):
                raise kinds.NotRelevant(Reason.ALREADY_DONE)
            if params.get("broken"):
                raise RuntimeError("no such row")
            return {"subject": params.get("subject", "Une note"), "said": params.get("said", "Bonjour")}

        def attachments(params: kinds.Params) -> list[kinds.Attachment]:
            files = []
            if "file" in params:
                name, content = params["file"]
                files += [kinds.Attachment(name, content.encode(), "text/calendar")]
            if "pdf" in params:
                name, content = params["pdf"]
                files += [kinds.Attachment(name, b64decode(content), "application/pdf")]
            return files

        kinds.register(
            *(
                kinds.MailKind(
                    code=f"tests.{name}",
                    label=f"Essai : {name}",
                    category=category,
                    context=context,
                    example=lambda: {"said": "Un exemple"},
                    attachments=attachments,
                )
                for name, category in {
                    "code": Category.ACCOUNT,
                    "note": Category.TRANSACTION,
                    "reminder": Category.SERVICE,
                    "news": Category.INFORMATION,
                }.items()
            )
        )
