"""Pictures without their secrets: what a camera wrote is gone, what is no picture is refused."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from colloque.secrecy.images import LARGEST_BYTES, LONGEST_SIDE, CleanImage, UnreadableImage, clean
from colloque.threads import pictures, publishing
from colloque.threads.refusals import PicturesNotAllowed, UnreadablePicture
from tests.village import Village

SECRET = "DUPONT Jean 1954-03-02"


def encoded(image: Image.Image, kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def drawing(size: tuple[int, int] = (80, 40), mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    made = Image.new("RGB", size, "blue")
    made.paste((255, 0, 0), (0, 0, size[0] // 2, size[1]))
    return made.convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    made = Image.Exif()
    made[0x0112] = orientation
    made[0x010E] = made[0x013B] = made[0x8298] = SECRET  # description, artist, copyright
    made.get_ifd(0x8769)[0x9286] = SECRET.encode()  # user comment
    made.get_ifd(0x8825).update({1: "N", 2: (48.0, 23.0, 27.0), 3: "W", 4: (4.0, 29.0, 8.0)})  # GPS
    return made


def opened(made: CleanImage) -> Image.Image:
    image = Image.open(io.BytesIO(made.data))
    image.load()
    return image


def red_side(image: Image.Image) -> str:
    width, height = image.size
    rgb = image.convert("RGB")
    sides = {
        "left": (3, height // 2), "right": (width - 4, height // 2), "top": (width // 2, 3),
        "bottom": (width // 2, height - 4),
    }  # fmt: skip
    found = [side for side, at in sides.items() if rgb.getpixel(at)[0] > 150]  # type: ignore[index]
    return found[0] if len(found) == 1 else "+".join(found)


def bare(made: CleanImage) -> None:
    """Nothing but pixels: no EXIF, no text, no profile, no comment, nothing after the end."""
    image = opened(made)
    assert not dict(image.getexif())
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
    assert SECRET.encode() not in made.data and b"GPS" not in made.data
    assert made.data.endswith(b"\xff\xd9" if made.content_type == "image/jpeg" else b"IEND\xaeB`\x82")
    if made.content_type == "image/png":
        assert set(chunks(made.data)) <= {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS"}


def chunks(data: bytes) -> list[bytes]:
    found, at = [], 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        found.append(data[at + 4 : at + 8])
        at += 12 + length
    return found


@pytest.mark.parametrize(("orientation", "side"), [(1, "left"), (2, "right"), (3, "right"), (6, "top"), (8, "bottom")])
def test_a_photo_is_turned_upright_and_says_neither_where_nor_when_nor_whose(orientation: int, side: str) -> None:
    made = clean(encoded(drawing((200, 100)), "JPEG", exif=exif(orientation), comment=SECRET.encode(), quality=95))
    bare(made)
    assert made.content_type == "image/jpeg"
    assert (made.width, made.height) == opened(made).size == ((100, 200) if orientation in {6, 8} else (200, 100))
    assert side in red_side(opened(made)).split("+")


def test_text_chunks_of_a_png_are_gone() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Patient", SECRET)
    words.add_text("Compressed", SECRET * 50, zip=True)
    words.add_itxt("XML:com.adobe.xmp", f"<x>{SECRET}</x>")
    words.add(b"juNK", SECRET.encode())
    bare(clean(encoded(drawing(), "PNG", pnginfo=words, exif=exif())))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_hides_behind_the_end_is_gone(kind: str) -> None:
    behind = b"PK\x03\x04" + SECRET.encode() + b"<script>alert(1)</script>" + b"%PDF-1.7"
    made = clean(encoded(drawing(), kind) + behind)
    bare(made)
    assert b"<script>" not in made.data and b"%PDF" not in made.data


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "1"), ("PNG", "L"), ("PNG", "LA"), ("PNG", "P"), ("PNG", "RGB"), ("PNG", "RGBA"), ("JPEG", "L"),
        ("JPEG", "RGB"), ("JPEG", "CMYK"), ("GIF", "P"), ("GIF", "L"), ("WEBP", "RGB"), ("WEBP", "RGBA"),
    ],
)  # fmt: skip
def test_every_usual_mode_keeps_its_picture(kind: str, mode: str) -> None:
    made = clean(encoded(drawing(mode=mode), kind))
    bare(made)
    left, right = (opened(made).resize((2, 1), Image.Resampling.BOX).convert("RGB").getpixel((x, 0)) for x in (0, 1))
    assert left != right and (made.width, made.height) == (80, 40)


def test_an_x_ray_of_sixteen_bits_stays_readable() -> None:
    """A plain conversion cuts every value above 255 to white: the whole film would be lost."""
    film = Image.new("I;16", (64, 1))
    for x in range(64):
        film.putpixel((x, 0), x * 1_000)
    image = opened(clean(encoded(film, "PNG"))).convert("L")
    greys = [image.getpixel((x, 0)) for x in range(64)]
    assert len(set(greys)) > 40
    assert greys == sorted(greys)


def test_transparency_is_kept() -> None:
    image = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (10, 0, 20, 20))
    made = opened(clean(encoded(image, "PNG")))
    assert made.mode == "RGBA"
    assert (made.getpixel((2, 2))[3], made.getpixel((15, 2))[3]) == (0, 255)  # type: ignore[index]


def test_of_an_animation_the_first_picture_stays() -> None:
    frames = [drawing(), Image.new("RGB", (80, 40), "green"), Image.new("RGB", (80, 40), "white")]
    for kind in ("GIF", "WEBP", "PNG"):
        made = clean(encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100))
        assert getattr(opened(made), "n_frames", 1) == 1
        assert red_side(opened(made)).startswith("left")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_large_picture_is_shrunk_turned_and_its_proportions_kept(kind: str) -> None:
    made = clean(encoded(drawing((4000, 1000)), kind, exif=exif(6)))
    assert (made.width, made.height) == (400, LONGEST_SIDE)
    assert "top" in red_side(opened(made)).split("+") and "bottom" not in red_side(opened(made))
    bare(made)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it has so many pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 10_000)
    parts = [(b"IHDR", head), (b"IDAT", body), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


@pytest.mark.parametrize(
    "data",
    [
        b"", b"GIF89a", b"\xff\xd8\xff", b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"BM" + b"\0" * 100, b"\0" * (LARGEST_BYTES + 1), b"DICM" * 100,
    ],
    ids=["nothing", "a head", "three octets", "PDF", "SVG", "BMP", "too large", "DICOM"],
)  # fmt: skip
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableImage):
        clean(data)


@pytest.mark.parametrize("kind", ["TIFF", "BMP", "ICO", "PPM"])
def test_formats_that_browsers_do_not_share_are_refused(kind: str) -> None:
    with pytest.raises(UnreadableImage):
        clean(encoded(drawing(), kind))


@pytest.mark.parametrize("size", [(30_000, 30_000), (2**31 - 1, 1), (60_000_000, 1), (0, 10)])
def test_a_bomb_is_refused_before_it_opens(size: tuple[int, int]) -> None:
    with pytest.raises(UnreadableImage):
        clean(bomb(*size))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_a_truncated_picture_is_refused_or_whole_in_what_it_has(kind: str) -> None:
    data = encoded(drawing((300, 300)), kind)
    for part in (0.2, 0.5, 0.9):
        try:
            bare(clean(data[: int(len(data) * part)]))
        except UnreadableImage:
            continue


SAMPLES = [
    encoded(drawing(), "JPEG", exif=exif(6)), encoded(drawing(), "PNG", exif=exif(3)), encoded(drawing(), "GIF"),
    encoded(drawing(mode="P"), "PNG"), encoded(drawing(), "WEBP", exif=exif(8)),
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 2**20), st.binary(min_size=1, max_size=6)), min_size=1, max_size=6),
)
def test_a_damaged_picture_is_cleaned_or_refused_and_nothing_else(
    data: bytes, changes: list[tuple[int, bytes]]
) -> None:
    made = bytearray(data)
    for at, octets in changes:
        made[at % len(made) : at % len(made) + len(octets)] = octets
    try:
        bare(clean(bytes(made)))
    except UnreadableImage:
        return


def test_the_room_needs_neither_django_nor_a_database() -> None:
    import subprocess
    import sys

    said = subprocess.run(
        [sys.executable, "-c", "import sys, colloque.secrecy.images; print('django' in sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.strip() == "False"


def test_the_name_that_the_authors_machine_gave_is_kept_nowhere(village: Village, settings: object) -> None:
    village.finistere.allows_pictures = True
    village.finistere.save()
    draft = publishing.start_question(village.sarr, village.finistere, "Titre", "Texte", via="web")
    row = pictures.attach(draft, encoded(drawing(), "JPEG"), "  Tracé  " + "x" * 400)
    assert row.file.name == f"pictures/{row.key[:2]}/{row.key}.jpg"
    assert len(row.description) <= 300 and row.description.startswith("Tracé")
    (stored,) = [each for each in Path(settings.MEDIA_ROOT).rglob("*") if each.is_file()]  # type: ignore[attr-defined]
    assert stored.read_bytes() == row.file.open("rb").read()
    with pytest.raises(UnreadablePicture):
        pictures.attach(draft, b"no picture")
    village.finistere.allows_pictures = False
    draft.circle = village.finistere
    with pytest.raises(PicturesNotAllowed):
        pictures.attach(draft, encoded(drawing(), "JPEG"))
