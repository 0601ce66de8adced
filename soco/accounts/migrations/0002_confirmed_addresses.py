"""Accounts made before addresses were confirmed by code: whoever created them vouched for their address."""

from django.db import migrations
from django.db.models import Exists, OuterRef


def confirm_existing(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    EmailAddress = apps.get_model("account", "EmailAddress")
    without = User.objects.exclude(email="").filter(~Exists(EmailAddress.objects.filter(user=OuterRef("pk"))))
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=user, email=user.email.lower(), verified=True, primary=True) for user in without]
    )


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(confirm_existing, migrations.RunPython.noop)]
