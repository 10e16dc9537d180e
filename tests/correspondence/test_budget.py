"""Nobody is disturbed beyond what they granted (law 2): the weekly budget and the quiet hours."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from colloque.correspondence.models import Envelope
from colloque.correspondence.release import letters_of_the_week, place_in_week, reconsider, release_due
from colloque.correspondence.security import send_login_code
from colloque.people.models import Mailbox, Member
from tests.correspondence.conftest import Clock, queue
from tests.village import Village, build, doctor


def states(member: Member) -> list[str]:
    return list(Envelope.objects.of_member(member.pk).order_by("pk").values_list("state", flat=True))


def grants(member: Member, **wishes: object) -> Member:
    Member.objects.filter(pk=member.pk).update(**wishes)
    member.refresh_from_db()
    return member


def send_all(member: Member) -> None:
    for each in Envelope.objects.due().of_member(member.pk):
        each.mark_sent()


def test_five_leave_and_the_sixth_waits_until_a_day_has_left_the_week(village: Village, clock: Clock) -> None:
    for number in range(6):
        queue(village.oyono, f"thing:{number}")
    assert release_due() == 5
    assert states(village.oyono) == ["ready"] * 5 + ["queued"]
    send_all(village.oyono)
    for _ in range(6):
        clock.forward(days=1)
        assert release_due() == 0
    clock.forward(days=1)  # the same day of the next week
    assert release_due() == 1


def test_the_oldest_leaves_first(village: Village, clock: Clock) -> None:
    grants(village.oyono, weekly_budget=1)
    for number in range(3):
        queue(village.oyono, f"thing:{number}")
    release_due()
    assert states(village.oyono) == ["ready", "queued", "queued"]


def test_at_night_and_on_sundays_nothing_leaves(village: Village, clock: Clock) -> None:
    queue(village.oyono, "thing:1")
    clock.on(2026, 11, 7, 20, 0)  # Saturday evening
    assert release_due() == 0
    clock.on(2026, 11, 8, 12, 0)  # Sunday noon
    assert release_due() == 0
    clock.on(2026, 11, 9, 7, 59)
    assert release_due() == 0
    clock.on(2026, 11, 9, 8, 0)
    assert release_due() == 1


@pytest.mark.parametrize(
    ("asked", "opens"),
    [((2026, 10, 24, 21, 0), (2026, 10, 26, 8, 0)), ((2027, 3, 27, 21, 0), (2027, 3, 29, 8, 0))],
    ids=["clocks go back", "clocks go forward"],
)
def test_on_the_nights_on_which_clocks_change_the_morning_is_still_waited_for(
    village: Village, clock: Clock, asked: tuple[int, ...], opens: tuple[int, ...]
) -> None:
    clock.on(*asked)
    letter = queue(village.oyono, "thing:1")
    release_due()
    letter.refresh_from_db()
    assert letter.not_before == clock.on(*opens)  # a Monday: the Sunday is quiet
    assert release_due() == 1


def test_a_budget_of_nothing_lets_nothing_leave_but_what_does_not_count(village: Village, clock: Clock) -> None:
    grants(village.oyono, weekly_budget=0)
    queue(village.oyono, "thing:1")
    queue(village.oyono, "thing:2", is_budgeted=False)
    assert release_due() == 0
    assert states(village.oyono) == ["queued", "ready"]


def test_who_made_every_day_quiet_is_not_written_to(village: Village, clock: Clock) -> None:
    grants(village.oyono, quiet_days=list(range(7)))
    queue(village.oyono, "thing:1")
    for _ in range(8):
        release_due()
        clock.forward(days=1)
    assert states(village.oyono) == ["queued"]


def test_a_login_code_never_waits_and_goes_before_all_others(village: Village, clock: Clock) -> None:
    clock.on(2026, 11, 8, 3, 0)  # a Sunday, at night
    queue(village.oyono, "thing:1", is_budgeted=False)
    mailbox = village.oyono.primary_mailbox
    assert mailbox is not None
    queue(village.kervadec, "thing:2")
    release_due()
    send_login_code(mailbox, "123456")
    assert "login-code" in Envelope.objects.due().values_list("purpose", flat=True)
    assert list(Envelope.objects.due().values_list("is_budgeted", flat=True)) == [False, False, True]


def test_a_letter_that_could_not_leave_in_open_hours_waits_again_and_gives_its_place_back(
    village: Village, clock: Clock
) -> None:
    clock.on(2026, 11, 4, 19, 59)
    letter = queue(village.oyono, "thing:1")
    release_due()
    clock.on(2026, 11, 4, 20, 0)  # the mail server was away for a minute
    assert not Envelope.objects.due().exists()
    release_due()
    letter.refresh_from_db()
    assert (letter.state, letter.released_on) == ("queued", None)
    assert letters_of_the_week(village.oyono) == 0
    clock.on(2026, 11, 5, 8, 0)
    assert release_due() == 1


def test_a_letter_counts_on_the_day_it_leaves_not_on_the_day_it_might_have(village: Village, clock: Clock) -> None:
    """Else a mail server that was away for two days would let two weeks' letters fall into one."""
    grants(village.kervadec, weekly_budget=1)  # Kervadec has no quiet hours
    queue(village.kervadec, "thing:1")
    queue(village.kervadec, "thing:2")
    assert release_due() == 1
    clock.forward(days=2)
    send_all(village.kervadec)
    clock.forward(days=5)  # seven days after the release, five after the letter
    assert release_due() == 0
    clock.forward(days=2)
    assert release_due() == 1


def test_a_letter_that_still_waits_for_the_mail_server_counts_however_long_it_waits(
    village: Village, clock: Clock
) -> None:
    grants(village.kervadec, weekly_budget=1)
    queue(village.kervadec, "thing:1")
    queue(village.kervadec, "thing:2")
    release_due()
    clock.forward(days=6, hours=23)
    release_due()
    clock.forward(hours=2)
    assert release_due() in (0, 1)  # the first is taken back and let go again, never both
    assert sorted(states(village.kervadec)) == ["queued", "ready"]


def test_what_expired_or_was_refused_takes_no_place_in_the_week(village: Village, clock: Clock) -> None:
    grants(village.oyono, weekly_budget=1)
    queue(village.oyono, "thing:old", expires=clock.now)
    refused = queue(village.oyono, "thing:refused")
    queue(village.oyono, "thing:new")
    release_due()
    refused.refresh_from_db()
    refused.fail("550 no")
    reconsider(village.oyono)
    assert states(village.oyono) == ["queued", "failed", "ready"]


def test_a_member_who_grants_more_gets_what_waits_at_once(village: Village, clock: Clock) -> None:
    grants(village.oyono, weekly_budget=1)
    for number in range(3):
        queue(village.oyono, f"thing:{number}")
    release_due()
    assert reconsider(grants(village.oyono, weekly_budget=3)) >= 2
    assert states(village.oyono) == ["ready"] * 3


def test_a_member_who_grants_less_takes_back_what_has_not_left_yet(village: Village, clock: Clock) -> None:
    for number in range(3):
        queue(village.oyono, f"thing:{number}")
    release_due()
    reconsider(grants(village.oyono, weekly_budget=1))
    assert states(village.oyono) == ["ready", "queued", "queued"]
    reconsider(grants(village.oyono, quiet_days=[clock.now.weekday()]))
    assert states(village.oyono) == ["queued"] * 3


def test_each_letter_says_its_own_place_in_the_week(village: Village, clock: Clock) -> None:
    letters = [queue(village.oyono, f"thing:{number}") for number in range(3)]
    release_due()
    assert [place_in_week(each) for each in letters] == [1, 2, 3]
    letters[0].refresh_from_db()
    letters[0].mark_sent()
    assert [place_in_week(each) for each in letters[1:]] == [2, 3]


def test_a_stranger_is_written_to_in_the_instances_open_hours_alone(village: Village, clock: Clock) -> None:
    mailbox = Mailbox.objects.create(address="nouvelle@example.net")
    queue(mailbox, "thing:1")
    clock.on(2026, 11, 8, 12, 0)  # Sunday
    assert release_due() == 0
    clock.on(2026, 11, 9, 7, 0)
    assert release_due() == 0
    clock.on(2026, 11, 9, 9, 0)
    assert release_due() == 1


def test_one_members_unknown_time_zone_stops_nobody_elses_letters(village: Village, clock: Clock) -> None:
    grants(village.sarr, time_zone="Europe/Atlantis")  # a zone that this machine's tables have not, or no more
    queue(village.sarr, "thing:1")
    queue(village.oyono, "thing:1")
    assert release_due() == 2


def test_two_releases_at_once_spend_the_budget_once(transactional_db: None) -> None:
    village = build()
    grants(village.kervadec, weekly_budget=3)
    for number in range(10):
        queue(village.kervadec, f"thing:{number}")
    start = threading.Barrier(4)

    def release() -> None:
        start.wait(5)
        release_due()
        connection.close()

    threads = [threading.Thread(target=release) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert states(village.kervadec) == ["ready"] * 3 + ["queued"] * 7


MONDAY = datetime(2026, 10, 19, tzinfo=UTC)  # the week before clocks go back
wishes = st.fixed_dictionaries(
    {
        "weekly_budget": st.integers(0, 6),
        "has_quiet_hours": st.booleans(),
        "quiet_from": st.integers(1, 24),
        "quiet_until": st.integers(0, 23),
        "quiet_days": st.lists(st.integers(0, 6), unique=True, max_size=6),
        "time_zone": st.sampled_from(["Europe/Paris", "Indian/Reunion", "America/Martinique", "Pacific/Noumea"]),
    }
)
STEPS = 14 * 8  # two weeks, looked at every three hours
weeks = st.fixed_dictionaries(
    {
        "arrivals": st.lists(st.integers(0, STEPS - 1), min_size=1, max_size=25),
        "server_is_away": st.frozensets(st.integers(0, 6), max_size=4),  # two days each
        "minutes": st.integers(0, 59),
    }
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes, weeks)
def test_in_no_seven_days_ever_leave_more_letters_than_granted_nor_outside_open_hours(
    db: None, clock: Clock, granted: dict[str, object], week: dict[str, object]
) -> None:
    with transaction.atomic():
        member = grants(doctor("Ève", "Hamon", "f", "SM54", "29"), **granted)
        left = _live_through(member, clock, week)
        _no_more_than_granted(member, left)
        arrived = Envelope.objects.of_member(member.pk)
        assert arrived.count() == len(week["arrivals"])  # type: ignore[arg-type]
        assert set(arrived.values_list("state", flat=True)) <= {"sent", "queued", "ready"}
        transaction.set_rollback(True)


def _live_through(member: Member, clock: Clock, week: dict[str, object]) -> list[tuple[datetime, int]]:
    left: list[tuple[datetime, int]] = []
    for step in range(STEPS):
        clock.now = MONDAY + timedelta(hours=3 * step, minutes=week["minutes"])  # type: ignore[arg-type]
        for number in range(week["arrivals"].count(step)):  # type: ignore[attr-defined]
            queue(member, f"thing:{step}-{number}")
        release_due()
        if step // 16 in week["server_is_away"]:  # type: ignore[operator]
            continue
        for each in Envelope.objects.due().of_member(member.pk):
            each.mark_sent()
            left.append((clock.now, each.pk))
    return left


def _no_more_than_granted(member: Member, left: list[tuple[datetime, int]]) -> None:
    assert all(member.open_hours.is_open(moment) for moment, _pk in left)
    assert all(first < second for (_m, first), (_n, second) in pairwise(left)), "the oldest first"
    days = [moment.astimezone(ZoneInfo(member.time_zone)).date() for moment, _pk in left]
    for first in days:
        within = sum(first <= day < first + timedelta(days=7) for day in days)
        assert within <= member.weekly_budget
