"""The demo's village: complete, written with care, and contradicting itself nowhere."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from colloque.demo.village import HERE, PostSpec, Village, VillageError, load

NARROW, NO_BREAK = "\u202f", "\u00a0"
MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"


@pytest.fixture(scope="module")
def village() -> Village:
    return load()


def posts(village: Village) -> Iterator[PostSpec]:
    for thread in village.threads:
        yield from thread.posts


def texts(village: Village) -> Iterator[tuple[str, str]]:
    """Every text that a visitor reads, with where it stands."""
    for doctor in village.doctors:
        yield doctor.id, f"{doctor.name} {doctor.commune}"
    for circle in village.circles:
        yield circle.slug, f"{circle.name}\n{circle.description}"
    for thread in village.threads:
        yield thread.slug, thread.title
    for post in posts(village):
        yield post.id, post.body


def test_the_village_has_its_doctors_circles_threads_and_posts(village: Village) -> None:
    assert len(village.doctors) >= 58
    assert len(village.circles) == 6
    assert len(village.threads) == 15
    assert len(list(posts(village))) >= 90


def test_its_doctors_are_of_many_specialities_and_regions_and_live_at_example_addresses(village: Village) -> None:
    assert len({doctor.speciality for doctor in village.doctors}) >= 20
    assert len({doctor.department for doctor in village.doctors}) >= 30
    assert len({doctor.name for doctor in village.doctors}) == len(village.doctors)
    for doctor in village.doctors:
        assert re.fullmatch(r"SM\d{2}", doctor.speciality), doctor.id
        assert re.fullmatch(r"[a-z.-]+@example\.(org|net)", doctor.email), doctor.id


def test_every_doctor_belongs_somewhere_and_every_circle_has_threads(village: Village) -> None:
    members = {member for circle in village.circles for member in circle.members}
    assert members == {doctor.id for doctor in village.doctors}
    assert {thread.circle for thread in village.threads} == {circle.slug for circle in village.circles}


def test_the_three_persons_of_the_demo_meet_in_several_circles(village: Village) -> None:
    persons = {village.with_role(role).id for role in ("asker", "answerer", "host")}
    shared = [circle.slug for circle in village.circles if persons <= set(circle.members)]
    assert len(persons) == 3
    assert len(shared) >= 2
    assert any(len(circle.members) == 8 and circle.joining == "invitation" for circle in village.circles)


def test_a_question_of_this_week_waits_for_the_answerer_and_nobody_has_answered_it(village: Village) -> None:
    waiting = [thread for thread in village.threads if thread.open_for]
    assert [thread.open_for for thread in waiting] == [village.with_role("answerer").id]
    assert waiting[0].author == village.with_role("asker").id
    assert waiting[0].days_ago <= 7
    assert waiting[0].answers == ()


def test_the_asker_waits_for_more_in_another_thread_of_this_week(village: Village) -> None:
    asker = village.with_role("asker").id
    recent = [thread for thread in village.threads if thread.days_ago <= 7 and not thread.open_for]
    assert any(thread.author == asker and not thread.closed and thread.posts[-1].author == asker for thread in recent)


def test_threads_have_four_to_fourteen_posts_except_the_one_that_waits(village: Village) -> None:
    lengths = {thread.slug: len(thread.posts) for thread in village.threads if not thread.open_for}
    assert all(4 <= length <= 14 for length in lengths.values()), lengths


def test_many_askers_come_back_to_tell_what_came_of_it(village: Village) -> None:
    told = [
        thread.slug
        for thread in village.threads
        if any(post.author == thread.author and post.days_ago < thread.days_ago - 3 for post in thread.answers)
    ]
    assert len(told) >= 8


def test_authors_are_members_of_the_circle_and_posts_stand_in_the_order_in_which_they_came(village: Village) -> None:
    for thread in village.threads:
        before: set[str] = set()
        for post in thread.posts:
            assert post.author in village.circle(thread.circle).members, post.id
            assert post.parent is None or post.parent in before, post.id
            before.add(post.id)
        days = [post.days_ago for post in thread.posts]
        assert days == sorted(days, reverse=True), thread.slug


def test_one_person_keeps_one_byline_within_a_thread(village: Village) -> None:
    for thread in village.threads:
        worn = {(post.author, post.byline) for post in thread.posts}
        assert len(worn) == len({author for author, _ in worn}), thread.slug


def test_no_two_posts_share_more_than_sixty_characters_in_a_row(village: Village) -> None:
    seen: dict[str, str] = {}
    for post in posts(village):
        runs = {post.body[start : start + 61] for start in range(len(post.body) - 60)}
        shared = [run for run in runs if run in seen]
        assert not shared, f"{post.id} and {seen[shared[0]]}: {shared[0]}"
        seen.update(dict.fromkeys(runs, post.id))


def test_the_typography_is_french(village: Village) -> None:
    wrong = {
        "a straight apostrophe": r"'",
        "straight quotes": r'"',
        "three dots": r"\.\.\.",
        "no narrow space before ; ? ! »": rf"(?<![{NARROW}?!])[;?!]|(?<!{NARROW})»",
        "no no-break space before :": rf"(?<!{NO_BREAK}):",
        "no narrow space after «": rf"«(?!{NARROW})",
        "an ordinal with ème": r"\d+(è|e)mes?\b",
        "a figure that can part from its unit": r"\d (mg|g|ml|ans|h|%|mois|jours|semaines)\b",
        "two spaces": r"  ",
    }
    for where, text in texts(village):
        for what, pattern in wrong.items():
            found = re.search(pattern, text)
            assert not found, f"{where}: {what} in {text[max(0, found.start() - 20) : found.end() + 10]!r}"


def test_no_post_holds_what_could_identify_a_patient_or_reach_a_person(village: Village) -> None:
    telling = {
        "an address": r"@",
        "a telephone number": r"(\d[\s.]?){8,}",
        "a date": rf"\b\d{{1,2}}(er)?\s(?:{MONTHS})\b|\b\d{{1,2}}/\d{{1,2}}/\d{{2,4}}\b|\b(?:{MONTHS})\s\d{{4}}\b",
        "a patient's name": r"\b(M\.|Mme|Mlle|Monsieur|Madame)\s[A-ZÉ]",
        "a link": r"https?\W|www\.",
    }
    for post in posts(village):
        for what, pattern in telling.items():
            assert not re.search(pattern, post.body), f"{post.id}: {what}"


def copy_with(folder: Path, name: str, change: Callable[[str], str]) -> Path:
    """A copy of the village in which one file was changed."""
    shutil.copytree(HERE, folder / "village", ignore=shutil.ignore_patterns("__pycache__"))
    path = folder / "village" / name
    before = path.read_text(encoding="utf-8")
    path.write_text(change(before), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != before
    return folder / "village"


LAST = "threads/15-corticoide-inhale-bpco.md"
QUESTION = "=== bpco-1 | talarmin | name |  | 1 | mail"


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("doctors.toml", 'role = "host"\n', "", "role 'host', not 0"),
        ("doctors.toml", 'id = "sarr"', 'id = "cadiou"', "same doctor twice: cadiou"),
        ("doctors.toml", 'practice = "mixte"', 'practice = "ailleurs"', "practice is 'ailleurs'"),
        ("doctors.toml", 'gender = "f"\n', "", "field is missing"),
        ("doctors.toml", 'commune = "Douarnenez"', 'comune = "Douarnenez"', "no such field: comune"),
        ("doctors.toml", 'commune = "Douarnenez"', "commune = Douarnenez", "doctors.toml: not TOML"),
        ("doctors.toml", "[[doctor]]\n", "[general]\n[[doctor]]\n", "only .*doctor.* tables"),
        ("circles.toml", '"cadiou"', '"nobody"', "no such doctor: nobody"),
        ("circles.toml", 'slug = "avis"', 'slug = "grand-age"', "same circle twice"),
        ("circles.toml", 'hosts = ["pellen"]', 'hosts = ["kervadec"]', "hosts who are not members: kervadec"),
        (LAST, 'circle = "avis"', 'circle = "nulle-part"', "no such circle: nulle-part"),
        (LAST, 'open_for = "belkhiri"', 'open_for = "nobody"', "no such doctor: nobody"),
        (LAST, 'open_for = "belkhiri"', 'open_for = "delbecque"', "not members of avis: delbecque"),
        (LAST, QUESTION, QUESTION.replace("talarmin", "sarr"), "first post is the question"),
        (LAST, QUESTION, QUESTION.replace("|  |", "| bpco-0 |"), "answers bpco-0, which does not stand before it"),
        (LAST, QUESTION, QUESTION.replace("bpco-1", "toux-1"), "same post twice: toux-1"),
        (LAST, QUESTION, "=== bpco-1 | talarmin", "should read id"),
        (LAST, QUESTION, "", "a === line"),
        (LAST, QUESTION, f"{QUESTION}\n\n{QUESTION}", "post bpco-1 is empty"),
        (LAST, "+++", "---", "two \\+\\+\\+ lines"),
        (
            "threads/14-sortis-sans-lettre.md",
            "prigent | name |  | 4",
            "prigent | name |  | 9",
            "older than the post before it",
        ),
    ],
)
def test_a_village_that_contradicts_itself_is_refused_with_a_sentence(
    tmp_path: Path, name: str, old: str, new: str, message: str
) -> None:
    folder = copy_with(tmp_path, name, lambda text: text.replace(old, new, 1))
    with pytest.raises(VillageError, match=message):
        load(folder)
