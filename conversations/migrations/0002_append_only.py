"""Triggers: events are append-only, closed is final. On SQLite a later migration that
rebuilds one of these tables must install them again."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from conversations import append_only


def install(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    append_only.install(editor.connection)


def uninstall(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    append_only.uninstall(editor.connection)


class Migration(migrations.Migration):
    dependencies = (("conversations", "0001_foundation"),)
    operations = (migrations.RunPython(install, uninstall),)
