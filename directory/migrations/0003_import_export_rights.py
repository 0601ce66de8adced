"""Rights to import and to export, apart from the right to edit; French names of the history."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0002_initial'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='actorevent',
            options={'verbose_name': 'changement de fiche', 'verbose_name_plural': 'changements des fiches'},
        ),
        migrations.AlterModelOptions(
            name='collectivite',
            options={'permissions': [('import_collectivite', 'Peut importer des collectivités'), ('export_collectivite', 'Peut exporter des collectivités')], 'verbose_name': 'collectivité', 'verbose_name_plural': 'collectivités'},
        ),
        migrations.AlterModelOptions(
            name='partner',
            options={'permissions': [('import_partner', 'Peut importer des partenaires'), ('export_partner', 'Peut exporter des partenaires')], 'verbose_name': 'partenaire', 'verbose_name_plural': 'partenaires'},
        ),
    ]
