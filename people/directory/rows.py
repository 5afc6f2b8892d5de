"""The rows of a list: what each shows of one person, as finished texts.

Plain values instead of models, because a page shows fifty people and needs seven texts of each.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from types import MappingProxyType
from typing import NamedTuple

import phonenumbers
from django.utils.html import escape, format_html_join

from people.ground.avatars import hue, initials
from people.ground.compiled import CompiledQuery
from people.ground.emails import mailto
from people.ground.fields import STORED_PHONE
from people.models import Employee, Location, Team
from people.querysets import EmployeeQuerySet
from people.search.findings import Hit

Row = dict[str, str]

COLUMNS = (
    *("pk", "first_name", "known_as", "last_name", "email", STORED_PHONE),
    *("profile__team", "profile__job_title", "profile__location"),
)
# Of the people looked at most, in each process; ten thousand numbers take 3 MB.
PHONES_REMEMBERED = 10_000
NO_HITS: Mapping[int, Hit] = MappingProxyType({})


def rows_of(people: EmployeeQuerySet, hits: Mapping[int, Hit] = NO_HITS) -> list[Row]:
    """A row for each of `people`, in their order, with what a search matched marked; one query.

    The keys of a row: pk, url, hue, initials, given_name, last_name, title, team, email, phone as shown, the plain
    address, mailto and tel for links, and reason when the match shows nowhere.
    """
    return [row_of(Columns(*values), hits.get(values[0])) for values in people.values_list(*COLUMNS)]


def ranked_rows(keys: Sequence[int], hits: Mapping[int, Hit] = NO_HITS) -> list[Row]:
    """A row for each of the employees with these keys, in the order of the keys; who is gone is left out."""
    found = {values[0]: Columns(*values) for values in _rows_query(len(keys)).rows(keys)} if keys else {}
    return [row_of(found[key], hits.get(key)) for key in keys if key in found]


@cache
def _rows_query(number: int) -> CompiledQuery:
    """The columns of so many employees; to be told their keys."""
    return CompiledQuery(Employee.objects.filter(pk__in=range(number)).values_list(*COLUMNS))


class Columns(NamedTuple):
    """What is read of a person for a row."""

    key: int
    first_name: str
    known_as: str | None
    last_name: str
    email: str
    phone: str
    team: str | None
    title: str | None = None
    location: int | None = None


def row_of(columns: Columns, hit: Hit | None = None) -> Row:
    """The texts of one person."""
    key, first_name, known_as, last_name, email, phone, team, title, location = columns
    given_name = known_as or first_name
    texts = {
        "given_name": given_name,
        "last_name": last_name,
        "title": title or "",
        "team": Team.objects.tree().name_of(team) or "No team",
        "email": email,
        "phone": international(phone),
    }
    # As text: a template would write a number in the way of the reader's language.
    avatar = {"pk": str(key), "hue": str(hue(key)), "initials": initials(given_name, last_name)}
    # Written here once: to reverse the address fifty times would take as long as all else in the rows.
    links = {"url": f"/employees/{key}/", "address": email, "mailto": mailto(email), "tel": phone}
    return {**avatar, **links, "reason": "", **(_marked(texts, first_name, location, hit) if hit else texts)}


@lru_cache(maxsize=PHONES_REMEMBERED)
def international(phone: str) -> str:
    """An E.164 number as people write it; anything else as it is."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(phone), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return phone


def _marked(texts: Row, first_name: str, location: int | None, hit: Hit) -> Row:
    """`texts` with the matches marked, and the reason if some match shows nowhere."""
    place = Location.objects.names().get(location) if location and hit.is_by_fact else None
    hidden = {"Location": place, "First name": first_name if hit.reason.is_hidden_name else None}
    cells, reason = hit.reason.highlight(texts, {title: fact for title, fact in hidden.items() if fact})
    html = {
        name: format_html_join("", "{}<mark>{}</mark>", cell.matches) + escape(cell.rest)
        for name, cell in cells.items()
    }
    return texts | html | {"reason": reason}
