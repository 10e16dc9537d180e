"""`colloque host …`: the first host of an instance is made where nobody can log in yet."""

from __future__ import annotations

import json

import click

from .session import with_database


@click.group()
def host() -> None:
    """Make hosts."""


@host.command()
@click.argument("address")
@click.option("--given-name", required=True)
@click.option("--family-name", required=True)
@click.option("--gender", type=click.Choice(["f", "m"]), default=None, help="How masks and letters speak of them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_database
def add(address: str, given_name: str, family_name: str, gender: str | None, as_json: bool) -> None:
    """Make the doctor at ADDRESS a host: a member already, or a new one. They log in by a code sent there."""
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.utils import timezone

    from colloque.people.models import Mailbox, Member, Verification

    try:
        validate_email(address)
    except ValidationError as error:
        raise click.UsageError(f"{address} is not an e-mail address.") from error
    mailbox = Mailbox.objects.of_address(address).verified().select_related("member").first()
    member = mailbox.member if mailbox else None
    if member is None:
        member = Member.objects.create(given_name=given_name, family_name=family_name, gender=gender or "")
        Mailbox.objects.create(member=member, address=address, is_primary=True, verified_on=timezone.localdate())
        Verification.settle(member, Verification.How.HOST, reason="first host, added at the command line")
    member.is_host = True
    member.save(update_fields=["is_host"])
    record = {"member": member.key, "name": member.name, "address": address}
    click.echo(json.dumps(record, ensure_ascii=False) if as_json else f"{member.name} <{address}> is a host.")
