from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "colloque.moderation"

    def ready(self) -> None:
        from . import letters

        letters.register()
