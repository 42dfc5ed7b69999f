"""Roster files as spreadsheets save them, and what is said of those that cannot be read."""

from __future__ import annotations

import pytest

from engine.progress.records import Listed
from engine.progress.roster_file import MOST_BYTES, MOST_ROWS, RosterMistake, listed

# As Excel in Russian saves "CSV (разделители — запятые)": its bytes are Windows-1251.
RUSSIAN_EXCEL = (
    b"\xd4\xe0\xec\xe8\xeb\xe8\xff;\xc8\xec\xff;\xce\xf2\xf7\xe5\xf1\xf2\xe2\xee;"
    b"\xc3\xf0\xf3\xef\xef\xe0\r\n"
    b"\xb8\xeb\xea\xe8\xed\xe0;\xc0\xed\xed\xe0;\xcf\xe5\xf2\xf0\xee\xe2\xed\xe0;"
    b"\xc1\xcf\xcc\xc8-231\r\n"
    b"\xc8\xe2\xe0\xed\xee\xe2;\xc8\xe2\xe0\xed;;\r\n"
    b";;;\r\n"
)
ANNA = Listed("Ёлкина Анна", "231")
BORIS = Listed("Ким Борис", "232")
TABLE = "Фамилия;Имя;Группа\nЁлкина;Анна;231\nКим;Борис;232\n"


def test_file_of_russian_excel_is_read() -> None:
    assert listed(RUSSIAN_EXCEL) == [
        Listed("ёлкина Анна Петровна", "БПМИ-231"),
        Listed("Иванов Иван", None),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encoding_delimiter_and_end_of_line_do_not_matter(
    encoding: str, delimiter: str, end: str
) -> None:
    text = TABLE.replace(";", delimiter).replace("\n", end)

    assert listed(text.encode(encoding)) == [ANNA, BORIS]


@pytest.mark.parametrize(
    "text",
    [
        "Группа;Имя;Фамилия\n231;Анна;Ёлкина\n232;Борис;Ким",
        "№;Ф.И.О.;e-mail;№ группы\n1;Ёлкина Анна;a@b.ru;231\n2;Ким Борис;k@b.ru;232",
        "ФИО студента,Группа\nЁлкина Анна,231\nКим Борис,232",
        "first_name,Last Name,GROUP\nАнна,Ёлкина,231\nБорис,Ким,232",
        "Full name (rus)\tGroup\nЁлкина Анна\t231\nКим Борис\t232",
        "Список слушателей, осень\n\nФамилия;Имя;Группа\nЁлкина;Анна;231\nКим;Борис;232",
        "sep=;\nФамилия;Имя;Группа\nЁлкина;Анна;231\nКим;Борис;232",
        "Ёлкина;Анна;231\nКим;Борис;232",
        "231;Ёлкина Анна\n232;Ким Борис",
        "1.;Ёлкина Анна;231;a@b.ru\n2.;Ким Борис;232;k@b.ru",
        '"Ёлкина  Анна";"231"\n\n;\n"Ким\u00a0Борис";" 232 "\n\n',
    ],
)
def test_columns_are_found_with_and_without_headings(text: str) -> None:
    assert listed(text.encode()) == [ANNA, BORIS]


@pytest.mark.parametrize("text", ["Ёлкина Анна\nКим Борис", "ФИО\nЁлкина Анна\nКим Борис"])
def test_names_alone_are_people_without_groups(text: str) -> None:
    assert listed(text.encode()) == [Listed("Ёлкина Анна", None), Listed("Ким Борис", None)]


def test_short_rows_and_a_comma_in_a_name_are_read() -> None:
    text = "Группа;ФИО\n231;Ёлкина, Анна\n;Ким Борис"

    assert listed(text.encode()) == [Listed("Ёлкина, Анна", "231"), Listed("Ким Борис", None)]


def test_what_does_not_show_is_left_out() -> None:
    text = "ФИО;Группа\n\u202eЁлкина\u200b Анна\x07;231\nКим Борис;232"

    assert listed(text.encode())[0] == ANNA


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n;;\n", "empty"),
        ("Фамилия;Имя;Группа\n".encode(), "empty"),
        (b"PK\x03\x04\x14\x00", "table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "table"),
        (b"name\0group", "text"),
        (b"\x98\xff\xfe", "text"),
        (b"\xff\xfea", "text"),
        (b"x" * (MOST_BYTES + 1), "big"),
        ('"' + "x" * 200_000, "quotes"),
        ('Фамилия,Имя,Группа\n"Иванова,Анна,231\nКим,Борис,232\n', "quotes"),
        ("1;2;3", "columns"),
        ("Ёлкина;Анна;231;17\nКим;Борис;232;18", "columns"),
        ("Москва;Россия;Ёлкина;Анна;231", "columns"),
        ("Фамилия;Имя;Группа\nЁлкина;Анна;231\n;;232", "nameless"),
        ("Фамилия;Имя;Группа\nЁлкина;—;231\n17;18;232", "nameless"),
        ('Фамилия;Имя\n"Ёлкина;Анна\n' + "Ким;Борис\n" * 100, "quotes"),
        ('Фамилия;Имя\n"Ёлкина;Анна\n' + "Ким;Борис\n" * 100 + '"', "long"),
        ("Ким Борис\n" * (MOST_ROWS + 1), "many"),
        ("x" + "," * 1_000_000 + "\nКим Борис" * 100, "columns"),
    ],
)
def test_file_that_cannot_be_read_says_why(content: bytes | str, key: str) -> None:
    with pytest.raises(RosterMistake) as caught:
        listed(content.encode() if isinstance(content, str) else content)

    assert caught.value.note.key == f"mistake.roster.{key}"


def test_mistake_in_a_line_names_the_line_of_the_file() -> None:
    with pytest.raises(RosterMistake) as caught:
        listed("Фамилия;Имя;Группа\n\nЁлкина;Анна;231\n\n;;232\n".encode())

    assert caught.value.note.values == {"line": 5}


def test_roster_as_large_as_allowed_is_read() -> None:
    text = "Фамилия;Имя\n" + "Ким;Борис\n" * MOST_ROWS

    assert len(listed(text.encode())) == MOST_ROWS
