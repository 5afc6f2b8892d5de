"""Measure the server of `make run` with two workers, and a browser at it: `python -m e2e.bench`.

Needs a database of its own, prepared by `manage.py migrate`: DATABASE_URL=sqlite:///var/bench-server.sqlite3.
"""

import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import chain, cycle, repeat
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Page, sync_playwright

from e2e import chromium
from e2e.load import Load, Request
from e2e.server import Server
from e2e.steps import search_box
from intranet import wsgi  # noqa: F401 (sets Django up)
from people.benchmarks.crowd import fill, refuse_other_databases
from people.benchmarks.invented import searches
from people.benchmarks.measure import Budget, Spent, missed, write_report
from people.benchmarks.readers import FORM, Reader, accounts, body_of
from people.models import Employee

LIST = "/employees/"
# The elements that htmx fills, which name the fragments.
RESULTS, CONTACT, SUGGESTIONS = "employee-results", "contact", "suggestions"
CONNECTIONS, ROUNDS = 8, 6
MIX = {"search": 40, "open": 30, "list": 20, "save": 10}  # of a hundred requests
SAVED_BY_EACH = 20
LETTERS = 6

TO_BARE = 0.4
PAINTED_MS = 100  # beyond the pause that the page waits for

# Resolves with the milliseconds from the next key press until the frame that shows the answer in `target` is over.
WATCH = """target => {
  let pressed;
  addEventListener("keydown", event => { pressed = event.timeStamp }, { once: true, capture: true });
  window.painted = new Promise(resolve => {
    const onSwap = event => {
      if (event.detail.target.id !== target) return;
      removeEventListener("htmx:afterSwap", onSwap);
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - pressed)));
    };
    addEventListener("htmx:afterSwap", onSwap);
  });
}"""


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000, help="how many there are (default: 100000)")
    parser.add_argument("--seconds", type=float, default=5, help="of load in each of the rounds (default: 5)")
    parser.add_argument("--words", type=int, default=15, help="typed in the browser, of six letters (default: 15)")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args()

    people = options.people
    refuse_other_databases(people)
    fill(people)
    with accounts() as users, TemporaryDirectory() as folder, Server(Path(folder)) as server:
        colleague, manager = map(Reader, users)
        loads = measure_server(server.port, colleague, manager, options.seconds)
        presses = measure_browser(server.address, colleague, texts(people)[: options.words])
    print_report(people, loads, presses)
    to_bare = loads["directory"]["rate"] / loads["bare template"]["rate"]
    budgets = [
        Budget("answers a second, directory to bare template", to_bare, TO_BARE, at_least=True),
        Budget("milliseconds from key press to suggestions, p95 beyond the pause", presses["beyond"].p95, PAINTED_MS),
    ]
    if options.json:
        report = {"people": people, "server": loads, "key_presses": presses, "budgets": budgets}
        write_report(options.json, report)
    sys.exit(missed(budgets) or None)


def measure_server(port: int, colleague: Reader, manager: Reader, seconds: float) -> dict[str, dict[str, Any]]:
    """Answers a second, and times by kind, of the bare template, the directory and the mix, which take turns."""
    employees = [employee for employee in Employee.objects.order_by("pk")[:1_000] if employee.phone.is_valid()]
    own = [employees[number::CONNECTIONS][:SAVED_BY_EACH] for number in range(CONNECTIONS)]
    directory: list[Iterator[Request]] = [repeat(Request("list", LIST, colleague.headers))] * CONNECTIONS
    with TemporaryDirectory() as folder, Server(Path(folder), "e2e.bare") as bare:
        loads = {
            "bare template": Load(bare.port, directory),
            "directory": Load(port, directory),
            "mix": Load(port, [mix(saved, colleague, manager) for saved in own]),
        }
        for _ in range(ROUNDS):
            for load in loads.values():
                load.run(seconds)
    for employee in chain.from_iterable(own):
        employee.save()  # as it was before
    times = {name: {kind: Spent.of(times) for kind, times in load.answers.items()} for name, load in loads.items()}
    return {name: {"rate": load.rate, "times": times[name]} for name, load in loads.items()}


def mix(saved: list[Employee], colleague: Reader, manager: Reader) -> Iterator[Request]:
    """What one of several people asks for; each saves other employees."""
    chance = Random(saved[0].pk)  # noqa: S311
    kinds = {
        "search": cycle(search(text, colleague) for text in texts(1_000)),
        "open": cycle(Request("open", employee.get_absolute_url(), colleague.headers) for employee in saved),
        "list": repeat(Request("list", LIST, colleague.headers)),
        "save": cycle(save(employee, end, manager) for end in ("a", "") for employee in saved),
    }
    while True:
        [kind] = chance.choices(list(MIX), list(MIX.values()))
        yield next(kinds[kind])


def search(text: str, reader: Reader) -> Request:
    return Request("search", f"{LIST}?{urlencode({'q': text})}", reader.headers_for(RESULTS))


def save(employee: Employee, end: str, manager: Reader) -> Request:
    """Give the first name this end."""
    form = {
        "first_name": f"{employee.first_name}{end}",
        "last_name": employee.last_name,
        "email": employee.email,
        "phone": employee.phone.as_e164,
    }
    headers = manager.headers_for(CONTACT) | {"Content-Type": FORM}
    return Request("save", f"{employee.get_absolute_url()}contact/edit/", headers, body_of(form))


def texts(people: int) -> list[str]:
    """What somebody types to find one of so many people: six letters that every keyboard has."""
    found = [search.text for search in searches("3–6 letters", 500, people)]
    return [text for text in found if len(text) == LETTERS and text.isascii()]


def measure_browser(address: str, reader: Reader, words: list[str]) -> dict[str, Any]:
    """Milliseconds from key press to painted suggestions, on an employee's page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        page = browser.new_page(base_url=address)
        page.context.add_cookies([{"name": key, "value": text, "url": address} for key, text in reader.cookies.items()])
        spent = [milliseconds for word in words for milliseconds in type_slowly(page, reader.own_page, word)]
        trigger = page.locator(f"#{SUGGESTIONS}").get_attribute("hx-trigger") or ""
        (pause,) = map(int, re.findall(r"delay:(\d+)ms", trigger))
        browser.close()
    beyond = Spent.of([(milliseconds - pause) / 1_000 for milliseconds in spent])
    return {"number": len(spent), "pause": pause, "beyond": beyond}


def type_slowly(page: Page, address: str, word: str) -> Iterator[float]:
    """Type letter after letter, each when the answer to the one before is painted."""
    page.goto(address)
    search_box(page).focus()
    for letter in word:
        page.evaluate(WATCH, SUGGESTIONS)
        page.keyboard.press(letter)
        yield page.evaluate("painted")


def print_report(people: int, loads: dict[str, dict[str, Any]], presses: dict[str, Any]) -> None:
    print(f"\n2 workers, {CONNECTIONS} connections, {people:,} people (milliseconds)")
    print(f"{'':<24}{'a second':>10}{'median':>10}{'p95':>10}")
    for name, load in loads.items():
        print(f"{name:<24}{load['rate']:>10.1f}")
        for kind, spent in load["times"].items():
            print(f"  {kind:<22}{'':>10}{spent.median:>10.1f}{spent.p95:>10.1f}")
    beyond = presses["beyond"]
    print(f"{presses['number']} key presses{'':<19}{beyond.median:>10.1f}{beyond.p95:>10.1f}")
    print(f"until suggestions are painted, beyond the pause of {presses['pause']} ms")


if __name__ == "__main__":
    main()
