"""What tests read of a page, and how they ask for it."""

import re

from django.utils.html import strip_tags


def words_of(html: str) -> str:
    """The text as a page shows it, where a run of white space is one space."""
    return " ".join(strip_tags(html).split())


def announced_in(html: str) -> str:
    """What the live region says of a page or fragment."""
    (news,) = re.findall(r"<(\w+)[^>]* data-announce[^>]*>(.*?)</\1>", html, re.DOTALL)
    return words_of(news[1])
