from __future__ import annotations

import pytest

from bot.local.entities import Entity, settle, trim
from bot.local.errors import ApiError
from bot.local.html import parse


def kinds(markup: str) -> list[tuple[str, int, int]]:
    return [(e.type, e.offset, e.length) for e in settle(parse(markup)).entities]


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("b", "bold"),
        ("strong", "bold"),
        ("i", "italic"),
        ("em", "italic"),
        ("u", "underline"),
        ("ins", "underline"),
        ("s", "strikethrough"),
        ("strike", "strikethrough"),
        ("del", "strikethrough"),
        ("tg-spoiler", "spoiler"),
        ("code", "code"),
        ("pre", "pre"),
        ("blockquote", "blockquote"),
        ("B", "bold"),
    ],
)
def test_every_tag_becomes_its_entity(tag: str, kind: str) -> None:
    assert kinds(f"x <{tag}>yz</{tag.lower()}>") == [(kind, 2, 2)]


@pytest.mark.parametrize(
    ("markup", "entity"),
    [
        ('<span class="tg-spoiler">x</span>', Entity("spoiler", 0, 1)),
        (
            '<a href="https://e.org/?a=1&amp;b">x</a>',
            Entity("text_link", 0, 1, "https://e.org/?a=1&b"),
        ),
        ('<blockquote expandable="">x</blockquote>', Entity("expandable_blockquote", 0, 1)),
        ('<b class="x">x</b>', Entity("bold", 0, 1)),
        ("<a href = e.org >x</a>", Entity("text_link", 0, 1, "e.org")),
        ("<pre><code>x</code></pre>", Entity("pre", 0, 1)),
        ("<a href='tg://user?id=1'>x</a>", Entity("text_link", 0, 1, "tg://user?id=1")),
        ("<a>e.org</a>", Entity("text_link", 0, 5, "e.org")),
        ("<blockquote expandable>x</blockquote>", Entity("expandable_blockquote", 0, 1)),
        (
            '<pre><code class="language-python">x</code></pre>',
            Entity("pre", 0, 1, language="python"),
        ),
        (
            '<code class="language-python"><pre>x</pre></code>',
            Entity("pre", 0, 1, language="python"),
        ),
        ('<code class="language-python">x</code>', Entity("code", 0, 1)),
        (
            '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>',
            Entity("custom_emoji", 0, 2, custom_emoji_id="5368324170671202286"),
        ),
    ],
)
def test_attributes_are_read(markup: str, entity: Entity) -> None:
    assert settle(parse(markup)).entities == (entity,)


def test_offsets_count_utf16_units() -> None:
    assert kinds("😀<b>😀x</b>") == [("bold", 2, 3)]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("&lt;&gt;&amp;&quot;", '<>&"'),
        ("&#39;&#x1F600;&#128512", "'😀😀"),
        ("&nbsp; &copy; & &#0; &#xD800;", "&nbsp; &copy; & &#0; &#xD800;"),
        ("a > b", "a > b"),
    ],
)
def test_only_telegrams_characters_are_decoded(markup: str, text: str) -> None:
    assert parse(markup).text == text


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("ж<b", "Unclosed start tag at byte offset 2"),
        ("<b ", "Unclosed start tag at byte offset 0"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=", "Unclosed start tag at byte offset 0"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        (
            "ж<b><i>x</b></i>",
            'Unmatched end tag at byte offset 9, expected "</i>", found "</b>"',
        ),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a =x>x</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=e?x>x</a>", "Unexpected end of name token at byte offset 8"),
        ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
    ],
)
def test_bad_markup_is_refused_in_telegrams_words(markup: str, reason: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse(markup)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


def test_end_tag_without_a_name_closes_the_last() -> None:
    assert kinds("<b>x</>") == [("bold", 0, 1)]


def test_link_to_nowhere_is_plain_text() -> None:
    assert kinds('<a href="see above">x</a>') == []


def test_code_holds_no_other_entity() -> None:
    assert kinds("<code>a<b>b</b></code>") == [("code", 0, 2)]
    assert kinds("<b>a<code>b</code>c</b>") == [("bold", 0, 1), ("code", 1, 1), ("bold", 2, 1)]


def test_styles_nest_and_quotes_do_not() -> None:
    assert kinds("<b>a<i>b</i></b>") == [("bold", 0, 2), ("italic", 1, 1)]
    inner = "<blockquote>a<blockquote>b</blockquote></blockquote>"
    assert kinds(inner) == [("blockquote", 0, 2)]


def test_hundred_entities_are_kept() -> None:
    assert len(kinds("<b>x</b> " * 120)) == 100


def test_text_is_trimmed_but_the_indent_of_leading_code_stays() -> None:
    assert trim(parse("  \n x \n")).text == "x"
    code = trim(parse("\n<pre>  x\n</pre>\n"))
    assert code.text == "  x"
    assert code.entities == (Entity("pre", 0, 3),)
