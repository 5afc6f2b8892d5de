from django.db import migrations

from people.ground.emails import tidy_email


def spell_addresses(apps, schema_editor):
    """E-mails as they are stored today; two accounts with one address stay two."""
    accounts = apps.get_model("accounts", "User").objects
    for key, stored in accounts.order_by("pk").values_list("pk", "email").iterator(chunk_size=1_000):
        email = tidy_email(stored)
        if email != stored and not accounts.filter(email=email).exclude(pk=key).exists():
            accounts.filter(pk=key).update(email=email)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_sessions_ended'),
    ]

    operations = [
        migrations.RunPython(spell_addresses, migrations.RunPython.noop, elidable=True),
    ]
