"""What tests read of a page."""

import re
from html.parser import HTMLParser

from django.utils.html import strip_tags


def words_of(html: str) -> str:
    """The text as a page shows it, where a run of white space is one space."""
    return " ".join(strip_tags(html).split())


def announced_in(html: str) -> str:
    """What the live region says of a page or fragment."""
    (news,) = re.findall(r"<(\w+)[^>]* data-announce[^>]*>(.*?)</\1>", html, re.DOTALL)
    return words_of(news[1])


def keys_in(html: str) -> list[int]:
    """The suggested people, in their order."""
    return [int(key) for key in re.findall(r'data-row="(\d+)"', html)]


class FormReader(HTMLParser):
    """Collects the values of a page's fields, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._open = ""

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        name = attributes.get("name")
        if tag == "input" and name and is_sent(attributes):
            self.values[name] = attributes.get("value", "on" if "checked" in attributes else "") or ""
        elif tag in {"textarea", "select"}:
            self._open, self.values[name or ""] = name or "", ""
        elif tag == "option" and "selected" in attributes:
            self.values[self._open] = attributes["value"] or ""

    def handle_data(self, data):
        if self._open and not (self.get_starttag_text() or "").startswith(("<select", "<option")):
            self.values[self._open] += data

    def handle_endtag(self, tag):
        if tag == "textarea":  # browsers drop a first line break
            self.values[self._open] = self.values[self._open].removeprefix("\n")
        if tag in {"textarea", "select"}:
            self._open = ""


def is_sent(attributes: dict[str, str | None]) -> bool:
    """Whether a browser sends the input: a box only when it is ticked, a button only when it is pressed."""
    kind = attributes.get("type")
    return kind != "submit" and (kind not in {"checkbox", "radio"} or "checked" in attributes)


def field_values(html: str) -> dict[str, str]:
    """The name and value of every field in `html`, unescaped."""
    reader = FormReader()
    reader.feed(html)
    reader.close()
    return reader.values
