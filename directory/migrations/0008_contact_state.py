
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0007_merging'),
    ]

    operations = [
        migrations.AddField(
            model_name='actor',
            name='contact_state',
            field=models.CharField(choices=[('jamais_touchee', 'Jamais touchée'), ('touchee', 'Touchée'), ('rencontree', 'Rencontrée'), ('engagee', 'Engagée'), ('adherente', 'Adhérente'), ('refus', 'Ne souhaite pas être contactée'), ('en_pause', 'En pause')], default='jamais_touchee', editable=False, max_length=20, verbose_name='état du contact'),
        ),
        migrations.AddField(
            model_name='actor',
            name='last_met_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='rencontrée pour la dernière fois le'),
        ),
        migrations.AddField(
            model_name='actor',
            name='paused_until',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='en pause jusqu’au'),
        ),
    ]
