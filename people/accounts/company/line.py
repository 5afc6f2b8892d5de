"""The line to the company's sign-in: it answers soon and as it must, or counts as away."""

import json
from time import monotonic
from typing import Any

import requests

from .troubles import Failure, Trouble

LONGEST_WAIT = 5  # seconds, for a connection and for each part of an answer
LARGEST_ANSWER = 500_000  # bytes
# What a token endpoint may say of a request that it refuses (RFC 6749, 5.2).
REFUSALS = {"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type"}


class Line:
    """Asks for JSON; all of what it asks ends after `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.until = monotonic() + seconds

    def get(self, what: str, address: str, **options: Any) -> dict[str, Any]:
        """The answer of `what` (words for the log), which is an object."""
        return self._ask("GET", what, address, **options)

    def post(self, what: str, address: str, **options: Any) -> dict[str, Any]:
        return self._ask("POST", what, address, **options)

    def _ask(self, method: str, what: str, address: str, **options: Any) -> dict[str, Any]:
        try:
            status, body = self._answer(method, address, **options)
        except requests.RequestException as error:
            raise Failure(Trouble.AWAY, f"{what} doesn't answer: {type(error).__name__}.") from error
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        if method == "POST" and status in {400, 401} and isinstance(answer, dict):
            reason = answer.get("error")
            known = reason if isinstance(reason, str) and reason in REFUSALS else "no known reason"
            raise Failure(Trouble.FAILED, f"{what} refuses with {status}, {known}.")
        if status != 200:
            raise Failure(Trouble.AWAY, f"{what} answers {status}.")
        if not isinstance(answer, dict):
            raise Failure(Trouble.AWAY, f"{what} answers no object of JSON.")
        return answer

    def _answer(self, method: str, address: str, **options: Any) -> tuple[int, bytes]:
        """Status and body; where the answer leads elsewhere, that isn't followed."""
        body = b""
        with (
            requests.Session() as session,
            session.request(
                method, address, timeout=self._seconds_left(), allow_redirects=False, stream=True, **options
            ) as answer,
        ):
            for part in answer.iter_content(8_192):
                body += part
                self._seconds_left()
                if len(body) > LARGEST_ANSWER:
                    raise requests.exceptions.ContentDecodingError
            return answer.status_code, body

    def _seconds_left(self) -> float:
        left = self.until - monotonic()
        if left <= 0:
            raise requests.Timeout
        return min(left, LONGEST_WAIT)
