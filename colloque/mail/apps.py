from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "colloque.mail"

    def ready(self) -> None:
        from . import notices

        notices.register()
