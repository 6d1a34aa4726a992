from __future__ import annotations

import html
import re

import markdown  # type: ignore[import-untyped]  # its stubs are not among our tools
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from opsrail.site.dialect import heading, rewritten
from opsrail.site.prose import Dialect

EXTENSIONS = [
    "attr_list",
    "md_in_html",
    "sane_lists",
    "tables",
    "toc",
    "pymdownx.highlight",
    "pymdownx.superfences",
    "pymdownx.tasklist",
]
TAGS = ("ul", "ol", "li", "blockquote", "strong", "em", "pre", "table", "tr", "th", "td")


def as_people_read(text: str) -> str:
    return str(MarkdownIt("commonmark").enable("table").render(text))


def as_mkdocs_reads(text: str) -> str:
    plain = {"pymdownx.highlight": {"use_pygments": False}}
    return str(markdown.markdown(text, extensions=EXTENSIONS, extension_configs=plain))


def words(page: str) -> list[str]:
    text = html.unescape(re.sub(r"<!--.*?-->|</?(?:em|strong|code)>", "", page, flags=re.DOTALL))
    return re.sub(r"<[^>]*>|\u200b", " ", text).split()


def shape(page: str) -> list[str]:
    return [tag for tag in re.findall(r"<(/?\w+)", page) if tag.removeprefix("/") in TAGS]


def both(text: str) -> tuple[str, str]:
    return as_people_read(text), as_mkdocs_reads(rewritten(text, Dialect()))


@pytest.mark.parametrize(
    "text",
    [
        "- a\n  - b\n    - c\n- d",
        "1. one\n2. two\n   - x\n   - y\n\n     more\n3. three",
        "words\n- right\n- behind",
        "3. three\n4. four",
        "1) a\n2) b",
        "- a\n- b\n\n* c\n* d",
        "1. a\n   1. b\n   2. c\n2. d",
        "- a\n\n      code\n",
        "* a\n\n  | x | y |\n  |---|---|\n  | 1 | 2 |\n",
        "a | b\n--|--:\n`x|y` | c\\|d\n**z** | `q`",
        "words\n\n| a |\n|---|\n| b |\nafter",
        "> q\n> - a\n>   - b",
        "> a\n\n> b",
        "```py\nx = 1 < 2\n```",
        "~~~\n```\n~~~\n\n    indented",
        "*a **b** c* **x *y* z** ***both*** snake_case 2*3*4 [x] {#id}",
        "**5**–**10** **a**b *c*d",
        "`` a`b `` and `a\\` and \\` x",
        "&lt;b&gt; &amp;amp; &copy; a & b < c",
        "1986\\. A year\n\n\\- no list\n\n\\# no heading\n\nline\n\\+ no item",
        "!!! no note\n\n??? x\n\n=== y\n\n\\~~~ z",
        "a  \nb\\\nc",
        "[r] and [s](c(d).md)\n\n[r]: http://e.example/x_y_z",
        "a\n===\n\nb\n---",
    ],
)
def test_mkdocs_shows_what_people_wrote(text: str) -> None:
    theirs, ours = both(text)
    assert words(ours) == words(theirs)
    assert shape(ours) == shape(theirs)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "text <img src=x onerror=alert(1)> text",
        '<div markdown="1">\n\n*x*\n\n</div>',
        "<a href='javascript:alert(1)'>x</a>",
        "- a\n\n  <iframe src=x></iframe>",
        "| a |\n|---|\n| <b onclick=x>y</b> |",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "x{: onclick=alert(1) }",
        "## h {: onclick=alert(1) }",
        "**b**{ onclick=alert(1) }",
        "x\n{: onclick=alert(1) }",
        "- x\n{: onclick=alert(1) }",
    ],
)
def test_no_html_of_an_author_reaches_the_page(text: str) -> None:
    page = as_mkdocs_reads(rewritten(text, Dialect()))
    tags = set(re.findall(r"<(\w+)", page))
    assert tags <= {"p", "h2", "em", "thead", "tbody", *TAGS}
    assert not re.search(r"<[^>]*\son\w+=", page)


def test_comments_are_dropped_or_told() -> None:
    text = "1. Do it. <!-- needs: x -->\n\n<!-- a\nblock -->\n\nend"
    assert "<!--" not in rewritten(text, Dialect())
    assert "[needs: x]" in rewritten(text, Dialect(comment=lambda said: f"[{said}]"))


def test_boxes_to_tick_stay_boxes() -> None:
    page = as_mkdocs_reads(rewritten("- [ ] one `x`\n- [x] two\n", Dialect()))
    assert page.count('type="checkbox"') == 2
    assert page.count("checked") == 1


def test_links_are_resolved_or_keep_only_their_text() -> None:
    ways = {"a.md": "b.md#x y"}
    text = "[one](a.md) [two *now*](gone.md) ![pic](a.md) <https://e.example/?a=(b)&c>"
    said = rewritten(text, Dialect(resolve=ways.get))
    assert said == "[one](b.md#x%20y) two *now* [pic](b.md#x%20y) https://e.example/?a=(b)&amp;c"


def test_references_of_the_document_are_known() -> None:
    said = rewritten("see [the rule]", Dialect(references={"THE RULE": "a.md"}))
    assert said == "see [the rule](a.md)"


def test_a_heading_takes_its_id_and_drops_links() -> None:
    said = heading(2, "A [link](x.md) & `#code` {b}", "#id", Dialect())
    assert said == "## A link &amp; `#code` \\{b\\} {#id}"


MARKED = st.text("abc *_`[](){}<>#+-|!&\\~=:.1\n", max_size=40)
LINES = st.sampled_from(
    ["a", "- b", "  - c", "    - d", "1. e", "   1. f", "> g", "# h", "", "", "    i", "```", "j  "]
)


@given(MARKED)
def test_whatever_people_type_its_tags_are_ours(text: str) -> None:
    page = as_mkdocs_reads(rewritten(text, Dialect()))
    known = {*TAGS, "p", "code", "a", "hr", "br", "div", "span", "h1", "h2", "h3", "h4", "h5", "h6"}
    assert set(re.findall(r"<(\w+)", page)) <= {*known, "thead", "tbody", "input"}


@given(st.lists(LINES, max_size=9).map("\n".join))
def test_no_word_gets_lost_whatever_the_layout(text: str) -> None:
    theirs, ours = both(text)
    assert words(ours) == words(theirs)
