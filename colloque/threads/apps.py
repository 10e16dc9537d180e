from django.apps import AppConfig


class ThreadsConfig(AppConfig):
    name = "colloque.threads"

    def ready(self) -> None:
        from . import letters

        letters.register()
