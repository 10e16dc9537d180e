from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "colloque.mail"

    def ready(self) -> None:
        from . import notices, releasing

        notices.register()
        releasing.register()
