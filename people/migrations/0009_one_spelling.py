from django.db import migrations

from people.ground.emails import tidy_email
from people.ground.text import sort_name, tidy_line

# They turn letters around: without them another name would be seen.
OVERRIDES = {"\u202d", "\u202e"}


def spell_everyone(apps, schema_editor):
    """Names, their order and e-mails as they are stored today; two people with one address stay two."""
    employee = apps.get_model("people", "Employee")
    place = apps.get_model("people", "TeamPlace")
    people = employee.objects.order_by("pk").values_list("pk", "first_name", "last_name", "email", "sort_name")
    for key, *stored in people.iterator(chunk_size=1_000):
        first_name, last_name = (name if OVERRIDES & set(name) else tidy_line(name) for name in stored[:2])
        email = tidy_email(stored[2])
        if email != stored[2] and employee.objects.filter(email=email).exclude(pk=key).exists():
            email = stored[2]
        names = (first_name or stored[0], last_name or stored[1])
        right = dict(zip(("first_name", "last_name", "email"), (*names, email)), sort_name=sort_name(*names))
        changed = {name: text for (name, text), before in zip(right.items(), stored) if text != before}
        if changed:
            employee.objects.filter(pk=key).update(**changed)
            place.objects.filter(pk=key).update(sort_name=right["sort_name"])


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0008_account_links'),
    ]

    operations = [
        migrations.RunPython(spell_everyone, migrations.RunPython.noop, elidable=True),
    ]
