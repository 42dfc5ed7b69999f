from __future__ import annotations

import httpx
import pytest
from telegram import Bot, InputMediaDocument, InputMediaPhoto
from telegram.error import BadRequest, NetworkError

from bot.local import files
from bot.local.person import Person
from bot.local.server import LocalTelegram
from tests.bot.local.pictures import jpeg, png


async def test_document_comes_back_as_it_was_sent(bot: Bot, anna: Person) -> None:
    content = bytes(range(256))
    sent = await bot.send_document(
        anna.id, content, filename="данные.bin", caption="<b>x</b>", parse_mode="HTML"
    )
    assert sent.document
    assert (sent.document.file_name, sent.caption) == ("данные.bin", "x")
    file = await sent.document.get_file()
    assert await file.download_as_bytearray() == content


async def test_document_of_a_user_is_downloaded(bot: Bot, anna: Person) -> None:
    anna.upload("power.py", b"def f(): ...", "/submit power")
    (update,) = await bot.get_updates()
    message = update.message
    assert message
    assert message.document
    assert (message.caption, message.document.mime_type) == ("/submit power", "text/x-python")
    assert message.caption_entities[0].type == "bot_command"
    file = await message.document.get_file()
    assert await file.download_as_bytearray() == b"def f(): ..."


@pytest.mark.parametrize("make", [png, jpeg])
async def test_photo_has_its_sides(bot: Bot, anna: Person, make: object) -> None:
    content = png(4, 3) if make is png else jpeg(4, 3)
    sent = await bot.send_photo(anna.id, content)
    assert (sent.photo[-1].width, sent.photo[-1].height) == (4, 3)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (png(9_000, 1_001), "Photo_invalid_dimensions"),
        (png(21, 1), "Photo_invalid_dimensions"),
        (b"not a picture", "Image_process_failed"),
        (png(2, 2)[:20], "Image_process_failed"),
        (b"\xff\xd8\xff\xe0\0\1", "Image_process_failed"),
        (b"", "File must be non-empty"),
        (png(2, 2) + bytes(files.PHOTO_MAX_BYTES), "too big for a photo"),
    ],
)
async def test_bad_photo_is_refused(bot: Bot, anna: Person, content: bytes, reason: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){reason}"):
        await bot.send_photo(anna.id, content)


async def test_caption_over_the_limit_is_refused(bot: Bot, anna: Person) -> None:
    assert await bot.send_photo(anna.id, png(2, 2), caption="x" * 1024)
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(anna.id, png(2, 2), caption="x" * 1025)


async def test_upload_over_the_limit_is_refused(bot: Bot, anna: Person) -> None:
    with pytest.raises(NetworkError, match="Request Entity Too Large"):
        await bot.send_document(anna.id, bytes(files.UPLOAD_MAX_BYTES + 1), filename="big")


async def test_large_file_is_not_handed_out(bot: Bot, anna: Person) -> None:
    anna.upload("big.txt", bytes(files.DOWNLOAD_MAX_BYTES + 1))
    (update,) = await bot.get_updates()
    assert update.message
    assert update.message.document
    with pytest.raises(BadRequest, match="File is too big"):
        await update.message.document.get_file()


async def test_known_file_is_sent_again_by_its_id(bot: Bot, anna: Person) -> None:
    sent = await bot.send_photo(anna.id, png(2, 2))
    again = await bot.send_photo(anna.id, sent.photo[0].file_id)
    assert again.photo == sent.photo
    with pytest.raises(BadRequest, match="Can't use file of type photo as document"):
        await bot.send_document(anna.id, sent.photo[0].file_id)


@pytest.mark.parametrize("reference", ["nonsense", "attach://nothing", "https://example.org/x.png"])
async def test_unknown_file_is_refused(bot: Bot, anna: Person, reference: str) -> None:
    with pytest.raises(BadRequest, match=r"(?i)Wrong file identifier/HTTP URL specified"):
        await bot.send_photo(anna.id, reference)
    with pytest.raises(BadRequest, match="Invalid file_id"):
        await bot.get_file(reference)


async def test_request_without_a_file_is_refused(raw: httpx.AsyncClient, anna: Person) -> None:
    answer = await raw.post("sendPhoto", data={"chat_id": str(anna.id)})
    assert answer.json()["description"] == "Bad Request: there is no photo in the request"


async def test_album_is_several_messages(telegram: LocalTelegram, bot: Bot, anna: Person) -> None:
    album = [
        InputMediaPhoto(png(2, 2), caption="<b>a</b>", parse_mode="HTML"),
        InputMediaPhoto(png(3, 3)),
    ]
    sent = await bot.send_media_group(anna.id, album)
    assert [m.photo[0].width for m in sent] == [2, 3]
    assert [m.caption for m in sent] == ["a", None]
    assert sent[0].media_group_id == sent[1].media_group_id is not None
    told = [call.to_json() for call in telegram.transcript.calls]
    assert [(c["method"], c["file"]) for c in told] == [
        ("sendMediaGroup", "01-photo.png"),
        ("sendMediaGroup", "02-photo.png"),
    ]
    assert told[0]["caption"] == "<b>a</b>"


@pytest.mark.parametrize(
    ("album", "reason"),
    [
        ([InputMediaPhoto(png(2, 2))] * 11, "Too many messages to send as an album"),
        (
            [InputMediaPhoto(png(2, 2)), InputMediaDocument(b"x")],
            "Document can't be mixed with other media types",
        ),
        (
            [InputMediaPhoto(png(2, 2)), InputMediaPhoto(png(2, 2), caption="x" * 1025)],
            "Message caption is too long",
        ),
    ],
)
async def test_bad_album_is_refused_whole(
    telegram: LocalTelegram,
    bot: Bot,
    anna: Person,
    album: list[InputMediaPhoto | InputMediaDocument],
    reason: str,
) -> None:
    with pytest.raises(BadRequest, match=reason):
        await bot.send_media_group(anna.id, album)
    assert not telegram.transcript.calls


async def test_empty_album_is_refused(raw: httpx.AsyncClient, anna: Person) -> None:
    answer = await raw.post("sendMediaGroup", json={"chat_id": anna.id, "media": []})
    assert answer.json()["description"] == "Bad Request: there are no messages to send"


@pytest.mark.parametrize("media", ['{"type": "video", "media": "x"}', "1", "{}"])
async def test_other_media_are_refused(raw: httpx.AsyncClient, anna: Person, media: str) -> None:
    form = {"chat_id": str(anna.id), "media": f"[{media}]"}
    assert (await raw.post("sendMediaGroup", data=form)).status_code == 400
