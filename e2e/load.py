"""People at a server: each keeps a connection and asks for one thing after the other."""

import http.client
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import perf_counter


@dataclass(frozen=True)
class Request:
    """What is asked for; with a body it is a form."""

    kind: str
    address: str
    headers: dict[str, str]
    body: str | None = None


@dataclass
class Load:
    """What some people ask of a server, and how long it took them: seconds by kind."""

    port: int
    people: list[Iterator[Request]]
    answers: dict[str, list[float]] = field(default_factory=dict)
    seconds: float = 0

    def run(self, seconds: float) -> None:
        """Let them all ask for so long."""
        start = perf_counter()
        with ThreadPoolExecutor(len(self.people)) as threads:
            for answers in threads.map(lambda requests: self._ask(requests, start + seconds), self.people):
                for kind, spent in answers:
                    self.answers.setdefault(kind, []).append(spent)
        self.seconds += perf_counter() - start

    def _ask(self, requests: Iterator[Request], end: float) -> list[tuple[str, float]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        answers = []
        while (start := perf_counter()) < end:
            request = next(requests)
            method = "POST" if request.body else "GET"
            connection.request(method, request.address, request.body, request.headers)
            answer = connection.getresponse()
            answer.read()
            answers.append((request.kind, perf_counter() - start))
            if answer.status != 200:
                raise RuntimeError(f"“{request.kind}” is answered with {answer.status}: {request.address}")
        connection.close()
        return answers

    @property
    def rate(self) -> float:
        """Answers a second."""
        return sum(map(len, self.answers.values())) / self.seconds
