from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    name = "colloque.correspondence"

    def ready(self) -> None:
        from . import security

        security.register()
