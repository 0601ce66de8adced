"""A latitude without longitude is refused: the CHECK came out NULL, which passes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0003_import_export_rights'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='actor',
            name='actor_coordinates_plausible',
        ),
        migrations.AddConstraint(
            model_name='actor',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__isnull', False), ('latitude__range', (-90, 90)), ('longitude__isnull', False), ('longitude__range', (-180, 180))), _connector='OR'), name='actor_coordinates_plausible', violation_error_message='Latitude (−90 à 90) et longitude (−180 à 180) vont ensemble.'),
        ),
    ]
