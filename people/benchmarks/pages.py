"""What pages and fragments cost, beside what they are compared with."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import CommandError
from django.db import connection
from django.urls import reverse

from people.directory.forms import EmployeeFilterForm
from people.directory.listing import PEOPLE_PER_PAGE

from .invented import DOMAIN, searches
from .measure import Budget, Case, Cost, in_turns, where
from .readers import Answer, Reader, accounts, counted, rolled_back
from .yardsticks import admin_list, bare_template, formatted_strings, plain_template

# The elements that htmx fills, which name the fragments.
RESULTS, SUGGESTIONS, MAIN = "employee-results", "suggestions", "main"
FIRST_PAGES: dict[str, dict[str, Any]] = {
    label: {"sort": order} for order, label in EmployeeFilterForm.ORDERS.items() if order != "best"
}
FIRST_PAGES |= {"Engineering": {"team": "engineering"}, "Berlin": {"location": 2}}
# No single index holds these, so that they may take longer.
COMBINED: dict[str, dict[str, Any]] = {
    "sub-teams": {"team": "engineering", "parts": 1},
    "Engineering, Berlin": {"team": "engineering", "location": 2},
}
NUMBERED_PAGES = {f"page {number:,}": number for number in (2, 200, 2_000)}
LAST_NUMBERED = "page 2,000"
BARE = "T, bare template"
NOBODY = "qxzjvkwqx"
NEW = {"first_name": "Wilhelmina", "last_name": "Quackenbush", "email": f"new@{DOMAIN}", "phone": "+14155550100"}

# Processor time, in bare templates; the goal for the directory is 2.
DIRECTORY_IN_T, PERSON_IN_T, SUGGESTIONS_IN_T = 2.5, 1.8, {"sqlite": 1.2, "postgresql": 1.5}
# Time by the clock: in the largest organisation against the smallest, deep in the list, and in Django's admin.
GROWTH, DEEP = 1.15, 2.5
FASTER_THAN_ADMIN = {"A–Z": 10, "no hit": 25, LAST_NUMBERED: 15}
ADMIN: dict[str, dict[str, Any]] = {"A–Z": {}, "no hit": {"q": NOBODY}, LAST_NUMBERED: {"p": 2_000}}
ADMIN_SIZE = 100_000  # where it is compared; in a larger organisation it is too slow to be waited for
STATEMENTS, OTHER_STATEMENTS = 5, {"employee": 6, "employee, to HR": 6, "create": 8}
RESULTS_BYTES, RESULTS_SENT, FRONT_END_BYTES = 30_000, 6_000, 80_000


@dataclass(frozen=True)
class Figures:
    """What a page costs, its statements beyond what each page needs, and its weight, as read and as sent."""

    cost: Cost
    in_t: float
    statements: int
    bytes_read: int
    bytes_sent: int


def measure(size: int, rounds: int) -> dict[str, Any]:
    """The figures among so many people, each page asked for once a round."""
    with accounts() as (colleague, manager):
        pages = pages_of(Reader(colleague), Reader(manager), size)
        looks = {name: look(name, page(0)) for name, page in pages.items()}
        front_end = front_end_bytes(pages["A–Z"](0)().html)
        costs = in_turns(yardsticks(size, pages) | pages, rounds)
    bare = costs[BARE].cpu.median
    return {
        "yardsticks": {name: cost for name, cost in costs.items() if name not in pages},
        "pages": {name: Figures(costs[name], costs[name].cpu.median / bare, *looks[name]) for name in pages},
        "front_end_bytes": front_end,
    }


def lines(report: dict[str, Any]) -> Iterator[str]:
    """The figures as a table."""
    times = f"{'cpu ms':>9}{'p95':>9}{'clock ms':>10}{'p95':>9}{'T':>8}"
    yield f"{'page':<24}{times}{'queries':>9}{'kB':>8}{'sent':>8}"
    for name, cost in report["yardsticks"].items():
        yield row(name, cost, cost.cpu.median / report["yardsticks"][BARE].cpu.median)
    for name, page in report["pages"].items():
        weights = f"{page.statements:>9}{page.bytes_read / 1_000:>8.1f}{page.bytes_sent / 1_000:>8.1f}"
        yield row(name, page.cost, page.in_t) + weights
    yield f"CSS and JavaScript: {report['front_end_bytes'] / 1_000:.1f} kB sent"


def row(name: str, cost: Cost, in_t: float) -> str:
    cpu, wall = cost.cpu, cost.wall
    return f"{name:<24}{cpu.median:>9.2f}{cpu.p95:>9.2f}{wall.median:>10.2f}{wall.p95:>9.2f}{in_t:>8.2f}"


def yardsticks(size: int, pages: dict[str, Case]) -> dict[str, Case]:
    """What pages are compared with, on a connection that is open already."""
    runs: dict[str, Callable[[], Any]] = {
        BARE: bare_template(),
        "F, f-strings": formatted_strings,
        "L, plain template": plain_template(),
    }
    if size <= ADMIN_SIZE:
        runs |= {f"admin, {name}": admin_list(**query) for name, query in ADMIN.items() if name in pages}
    return {name: connected(run) for name, run in runs.items()}


def connected(run: Callable[[], Any]) -> Case:
    def prepare(number: int) -> Callable[[], Any]:
        connection.ensure_connection()
        return run

    return prepare


def numbered_pages(size: int) -> dict[str, int]:
    """Those of the numbered pages that an organisation of this size has."""
    return {name: number for name, number in NUMBERED_PAGES.items() if (number - 1) * PEOPLE_PER_PAGE < size}


def pages_of(colleague: Reader, manager: Reader, size: int) -> dict[str, Case]:
    """Every page and fragment that is measured."""
    return (
        directory_pages(colleague, size)
        | suggestion_fragments(colleague, size)
        | {
            "results, to HR": page(manager, reverse("people:employee-list"), RESULTS),
            "results, 3–6 letters, HR": found(
                manager, reverse("people:employee-list"), texts_of("3–6 letters", size), RESULTS
            ),
            "employee": page(colleague, manager.own_page),
            "employee, to HR": page(manager, colleague.own_page),
            "create form": page(manager, reverse("people:employee-create")),
            "create": lambda number: lambda: create(manager),
            "health": page(colleague, reverse("health")),
        }
    )


def directory_pages(reader: Reader, size: int) -> dict[str, Case]:
    directory, letters = reverse("people:employee-list"), texts_of("3–6 letters", size)
    pages = {name: page(reader, directory, **query) for name, query in (FIRST_PAGES | COMBINED).items()}
    pages |= {name: page(reader, directory, page=number) for name, number in numbered_pages(size).items()}
    return pages | {
        "search, 1 letter": found(reader, directory, texts_of("1 letter", size)),
        "search, 3–6 letters": found(reader, directory, letters),
        "no hit": page(reader, directory, q=NOBODY),
        "results": page(reader, directory, RESULTS),
        "results, 1 letter": found(reader, directory, texts_of("1 letter", size), RESULTS),
        "results, 3–6 letters": found(reader, directory, letters, RESULTS),
    }


def suggestion_fragments(reader: Reader, size: int) -> dict[str, Case]:
    letters = texts_of("3–6 letters", size)
    texts = {
        "none": [""],
        "1 letter": texts_of("1 letter", size),
        "3 letters": [text for text in letters if len(text) == 3],
        "6 letters": [text for text in letters if len(text) == 6],
        "two words": texts_of("two words", size),
    }
    address = reverse("people:suggestions")
    return {f"suggestions, {kind}": found(reader, address, texts[kind], SUGGESTIONS) for kind in texts}


def page(reader: Reader, address: str, target: str = "", **query: Any) -> Case:
    """The page at the address, or its fragment for the element `target`."""
    asked = f"{address}?{urlencode(query)}" if query else address
    return lambda number: reader.get(asked, target=target)


def found(reader: Reader, address: str, texts: list[str], target: str = "") -> Case:
    """The page for a search, another one each round."""
    return lambda number: page(reader, address, target, q=texts[number % len(texts)])(number)


def create(manager: Reader) -> Answer:
    """Add somebody, and take it back."""
    with rolled_back():
        return manager.post(reverse("people:employee-create"), NEW, target=MAIN)()


def texts_of(kind: str, size: int) -> list[str]:
    return [search.text for search in searches(kind, 200, size)]


def look(name: str, run: Callable[[], Answer]) -> tuple[int, int, int]:
    """The statements and the weight of a page, after making sure that it is one."""
    run()  # whoever is first fills caches
    answer, statements = counted(run)
    if answer.status != 200:
        raise CommandError(f"“{name}” can't be measured: it answers {answer.status}.")
    return len(statements), len(answer.html), len(answer.body)


def front_end_bytes(html: bytes) -> int:
    """What the page's own CSS and JavaScript weigh as they are sent."""
    files = re.findall(rf'"{settings.STATIC_URL}([^"]+\.(?:css|js))"', html.decode())
    return sum(Path(staticfiles_storage.path(f"{name}.gz")).stat().st_size for name in files)


def budgets_of(reports: list[dict[str, Any]]) -> Iterator[Budget]:
    """The budgets of every size, the smallest first, and of the growth."""
    for report in reports:
        yield from budgets_of_size(report)
    yield from growth(reports[0], reports[-1])


def budgets_of_size(report: dict[str, Any]) -> Iterator[Budget]:
    """The budgets of one size."""
    pages, here = report["pages"], where(report)
    for name in FIRST_PAGES:
        yield Budget(f"{here}: {name} in T", pages[name].in_t, DIRECTORY_IN_T)
    yield Budget(f"{here}: a person's page in T", pages["employee"].in_t, PERSON_IN_T)
    for name, figures in pages.items():
        if name.startswith(SUGGESTIONS):
            yield Budget(f"{here}: {name} in T", figures.in_t, SUGGESTIONS_IN_T[report["database"]])
        yield Budget(f"{here}: queries of {name}", figures.statements, OTHER_STATEMENTS.get(name, STATEMENTS))
        if name.startswith("results"):
            yield Budget(f"{here}: bytes of {name}", figures.bytes_read, RESULTS_BYTES)
            yield Budget(f"{here}: bytes sent of {name}", figures.bytes_sent, RESULTS_SENT)
    yield Budget(f"{here}: bytes of CSS and JavaScript", report["front_end_bytes"], FRONT_END_BYTES)
    if LAST_NUMBERED in pages:
        deep = pages[LAST_NUMBERED].cost.wall.median / pages["A–Z"].cost.wall.median
        yield Budget(f"{here}: {LAST_NUMBERED} to page 1", deep, DEEP)
    if report["people"] == ADMIN_SIZE:
        for name, limit in FASTER_THAN_ADMIN.items():
            times = report["yardsticks"][f"admin, {name}"].wall.median / pages[name].cost.wall.median
            yield Budget(f"{here}: {name} in Django's admin to ours", times, limit, at_least=True)


def growth(small: dict[str, Any], large: dict[str, Any]) -> Iterator[Budget]:
    """How page 1 slows down with the organisation; in T, because the machine may be busier by then."""

    def in_t(report: dict[str, Any], name: str) -> float:
        return float(report["pages"][name].cost.wall.median / report["yardsticks"][BARE].wall.median)

    for name in FIRST_PAGES:
        times = f"{large['database']}: {name} with {large['people']:,} people to {small['people']:,}"
        yield Budget(times, in_t(large, name) / in_t(small, name), GROWTH)
