"""Makes the four roles: a group each, with the one permission that is its power."""

from django.db import migrations

# Django makes permissions only after all migrations, so these are made here by name.
ROLES = (
    ("Agent", "take_conversations", "Handles conversations as an agent"),
    ("Supervisor", "supervise", "Supervises queues"),
    ("Administrator", "administer_floor", "Administers the floor"),
    ("API access", "use_api", "Opens and feeds conversations as a channel or machine"),
)


def make_roles(apps, schema_editor):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="accounts", model="power"
    )
    for name, codename, sentence in ROLES:
        permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": sentence}
        )
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(permission)


def remove_roles(apps, schema_editor):
    names = [name for name, _codename, _sentence in ROLES]
    apps.get_model("auth", "Group").objects.filter(name__in=names).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_identity"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_roles, remove_roles)]
