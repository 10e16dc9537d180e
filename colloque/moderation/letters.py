"""The letters about what hosts decide. None counts in the week: each answers an act, or tells a decision.

No letter carries the reported words: what may identify a patient is not sent once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from colloque.correspondence import purposes
from colloque.correspondence.models import Envelope
from colloque.correspondence.purposes import Composition, Purpose, Recipient
from colloque.people.models import Mailbox, Member
from colloque.threads import authorship

from .models import Notice, Suspension


def about(row: Notice | Suspension | Member) -> str:
    """How envelopes name what they are about: `notice:<key>`, `suspension:<key>`, `member:<key>`."""
    return f"{row._meta.model_name}:{row.key}"


def _recipients(members: Iterable[Member | None], *, even_if_stopped: bool) -> Iterator[Recipient]:
    """Each member's preferred address. « stop » ends all letters but those about safety and one's own standing."""
    wanted = [each.pk for each in members if each is not None and (even_if_stopped or each.takes_letters)]
    boxes = Mailbox.objects.reachable().filter(member__in=wanted).order_by("member_id", "-is_primary", "pk")
    for pk in boxes.distinct("member_id").values_list("pk", flat=True):
        yield Recipient(pk, is_budgeted=False)


def _notice(about: str) -> Notice | None:
    rows = Notice.objects.select_related("post__thread__circle", "post__byline", "reporter")
    return rows.filter(key=about.removeprefix("notice:")).first()


class NoticeLetter(Purpose):
    """To every host: something was reported."""

    name = "notice"

    def audience(self, about: str) -> Iterable[Recipient]:
        return _recipients(Member.objects.filter(is_host=True, is_active=True), even_if_stopped=True)

    def compose(self, envelope: Envelope) -> Composition | None:
        notice, host = _notice(envelope.about), envelope.mailbox.member
        if notice is None or not notice.is_open or host is None or not host.is_host or not host.is_active:
            return None
        circle = notice.thread.circle.name
        return Composition(
            subject=_("Un message est signalé dans « %(circle)s »") % {"circle": circle},
            lead=_("Un lecteur signale un message du cercle « %(circle)s ».") % {"circle": circle},
            body=_("La raison donnée : %(rule)s.") % {"rule": notice.get_rule_display().lower()}
            + "\n\n"
            + _(
                "Le message et ce qu’en dit le lecteur sont sur la page, pas dans ce mail : un patient peut y être "
                "reconnu."
            ),
            why=_("Vous recevez ce mail parce que vous êtes hôte. Il ne compte pas dans votre semaine."),
            link=notice.path,
            link_label=_("Lire et décider"),
            takes_reply=False,
        )


class ReceiptLetter(Purpose):
    """To whoever reported: it arrived, and what happens next."""

    name = "notice-receipt"

    def audience(self, about: str) -> Iterable[Recipient]:
        notice = _notice(about)
        return _recipients([notice.reporter if notice else None], even_if_stopped=False)

    def compose(self, envelope: Envelope) -> Composition | None:
        notice = _notice(envelope.about)
        if notice is None or not notice.is_open:
            return None  # settled already: the outcome says more
        return Composition(
            subject=_("Votre signalement est arrivé"),
            lead=_("Les hôtes ont reçu votre signalement dans le cercle « %(circle)s ».")
            % {"circle": notice.thread.circle.name},
            body=_(
                "L’un d’eux lira le message et décidera ; sa décision et sa raison vous seront écrites. Votre nom "
                "n’est montré ni à l’auteur, ni sur la page des hôtes."
            ),
            why=_("Vous recevez ce mail parce que vous avez signalé un message."),
            takes_reply=False,
        )


class OutcomeLetter(Purpose):
    """To whoever reported: what was decided, and why."""

    name = "notice-outcome"

    def audience(self, about: str) -> Iterable[Recipient]:
        notice = _notice(about)
        return _recipients([notice.reporter if notice else None], even_if_stopped=False)

    def compose(self, envelope: Envelope) -> Composition | None:
        notice = _notice(envelope.about)
        if notice is None or notice.is_open:
            return None
        leads = {
            Notice.Outcome.HIDDEN: _("Le message que vous avez signalé est masqué."),
            Notice.Outcome.LEFT: _("Le message que vous avez signalé reste en place."),
            Notice.Outcome.WITHDRAWN: _("Le message que vous avez signalé n’est plus là : son auteur l’a retiré."),
        }
        return Composition(
            subject=_("Ce qu’il advient de votre signalement"),
            lead=leads[Notice.Outcome(notice.outcome)],
            body=_("La raison de l’hôte : %(reason)s") % {"reason": notice.reason},
            why=_("Vous recevez ce mail parce que vous avez signalé un message."),
            link=notice.post.path,
            link_label=_("Voir le fil"),
            takes_reply=False,
        )


class HiddenPostLetter(Purpose):
    """To the author: your message is hidden, by which rule, for which reason, and what you can do."""

    name = "post-hidden"

    def audience(self, about: str) -> Iterable[Recipient]:
        notice = _notice(about)
        author = authorship.author_of(notice.post) if notice else None
        return _recipients([author], even_if_stopped=True)

    def compose(self, envelope: Envelope) -> Composition | None:
        notice = _notice(envelope.about)
        if notice is None or notice.outcome != Notice.Outcome.HIDDEN:
            return None
        return Composition(
            subject=_("Votre message est masqué"),
            lead=_("Un hôte a masqué votre message dans le cercle « %(circle)s ».")
            % {"circle": notice.thread.circle.name},
            body=_("La règle : %(rule)s.") % {"rule": notice.get_rule_display().lower()}
            + "\n\n"
            + _("La raison de l’hôte : %(reason)s") % {"reason": notice.reason}
            + "\n\n"
            + _(
                "Personne ne lit plus ce message. Sa place, sa date, la règle et la raison restent visibles. Le texte "
                "est gardé, sans être montré, pour que vous puissiez contester."
            )
            + _contest(),
            why=_("Vous recevez ce mail parce que vous êtes l’auteur de ce message."),
            link=notice.post.path,
            link_label=_("Voir le fil"),
            takes_reply=False,
        )


class SuspensionLetter(Purpose):
    """To a member who may not enter any more: since when, and why."""

    name = "suspension"

    def audience(self, about: str) -> Iterable[Recipient]:
        row = self._row(about)
        return _recipients([row.member if row else None], even_if_stopped=True)

    def compose(self, envelope: Envelope) -> Composition | None:
        row = self._row(envelope.about)
        if row is None or row.ended_on is not None:
            return None
        return Composition(
            subject=_("Votre compte est suspendu"),
            lead=_("Un hôte de %(instance)s a suspendu votre compte.") % {"instance": settings.INSTANCE.name},
            body=_("La raison : %(reason)s") % {"reason": row.reason}
            + "\n\n"
            + _(
                "Vous ne pouvez plus entrer, ni écrire par mail, et rien ne vous sera plus demandé. Ce que vous "
                "avez publié reste."
            )
            + _contest(),
            why=_("Vous recevez ce mail parce qu’il concerne votre compte."),
            takes_reply=False,
        )

    def _row(self, about: str) -> Suspension | None:
        return Suspension.objects.select_related("member").filter(key=about.removeprefix("suspension:")).first()


class WelcomeLetter(Purpose):
    """To a doctor whom a host added by hand: what this is, who did it, and how to leave."""

    name = "welcome"

    def audience(self, about: str) -> Iterable[Recipient]:
        return _recipients(Member.objects.filter(key=about.removeprefix("member:")), even_if_stopped=False)

    def compose(self, envelope: Envelope) -> Composition | None:
        member = envelope.mailbox.member
        if member is None or not member.is_active:
            return None
        ground = member.verifications.select_related("settled_by").order_by("pk").first()
        host = ground.settled_by.name if ground and ground.settled_by else settings.INSTANCE.name
        circles = [each.circle for each in member.memberships.current().select_related("circle")]
        written = "\n".join(f"- {each.name} : {each.address}" for each in circles)
        return Composition(
            subject=_("Bienvenue dans %(instance)s") % {"instance": settings.INSTANCE.name},
            lead=_("%(host)s vous a inscrit : des confrères s’y demandent conseil, par simple mail.") % {"host": host},
            body=_(
                "Pour poser une question, écrivez à l’adresse de votre cercle ; pour répondre à un confrère, répondez "
                "au mail reçu."
            )
            + f"\n\n{written}\n\n"
            + _(
                "Au plus %(n)s questions par semaine vous seront envoyées. Répondez « stop » à l’une d’elles, et plus "
                "rien ne vous sera écrit."
            )
            % {"n": member.weekly_budget},
            why=_("Vous recevez ce mail une seule fois, parce que %(host)s a donné votre adresse.") % {"host": host},
            link="/",
            link_label=_("Entrer avec cette adresse, sans mot de passe"),
            takes_reply=False,
        )


def _contest() -> str:
    if not settings.INSTANCE.contact:
        return ""
    return "\n\n" + _("Pour contester, écrivez à %(contact)s.") % {"contact": settings.INSTANCE.contact}


def register() -> None:
    for each in (
        NoticeLetter(),
        ReceiptLetter(),
        OutcomeLetter(),
        HiddenPostLetter(),
        SuspensionLetter(),
        WelcomeLetter(),
    ):
        purposes.register(each)
