import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def drop_table(apps, schema_editor):
    schema_editor.execute('DROP TABLE IF EXISTS django_session')


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_mail'),
    ]

    operations = [
        # Everybody signs in once more: Django's table doesn't say whose a session is.
        migrations.RunPython(drop_table, migrations.RunPython.noop),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('began', models.DateTimeField(default=django.utils.timezone.now)),
                ('seen', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='last used, to five minutes')),
                ('address', models.CharField(max_length=45, verbose_name='address of the client')),
                ('browser', models.CharField(max_length=300, verbose_name='what the browser calls itself')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={'verbose_name': 'session'},
        ),
    ]
