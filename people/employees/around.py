"""Who stands around a person: the managers above them, and those who report to them."""

from dataclasses import dataclass, field

from django.db import connection

from people.ground import avatars

MOST_ABOVE, FIRST_BELOW = 10, 5

# Everything in one query: a page has few. The chain is bounded, and so ends where somebody stored a loop.
AROUND = """
WITH RECURSIVE chain (employee_id, step) AS (
    SELECT manager_id, 1 FROM people_employeeprofile WHERE employee_id = %s AND manager_id IS NOT NULL
    UNION
    SELECT profile.manager_id, chain.step + 1
    FROM people_employeeprofile profile JOIN chain ON profile.employee_id = chain.employee_id
    WHERE profile.manager_id IS NOT NULL AND chain.step < %s
),
reports (employee_id, step) AS (
    SELECT person.id, 0
    FROM people_employeeprofile profile JOIN people_employee person ON person.id = profile.employee_id
    WHERE profile.manager_id = %s ORDER BY person.sort_name, person.id LIMIT %s
),
around (employee_id, step) AS (SELECT * FROM chain UNION ALL SELECT * FROM reports)
SELECT
    around.step, person.id, COALESCE(person.known_as, person.first_name), person.last_name, profile.job_title,
    (SELECT COUNT(*) FROM people_employeeprofile WHERE manager_id = %s)
FROM around
JOIN people_employee person ON person.id = around.employee_id
LEFT JOIN people_employeeprofile profile ON profile.employee_id = person.id
ORDER BY around.step, person.sort_name, person.id
"""


@dataclass(frozen=True)
class Neighbour:
    """Somebody as they stand beside the page of another person."""

    key: int
    given_name: str
    last_name: str
    title: str | None

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.last_name}"

    @property
    def hue(self) -> int:
        """The avatar's colour."""
        return avatars.hue(self.key)

    @property
    def initials(self) -> str:
        """The avatar's letters."""
        return avatars.initials(self.given_name, self.last_name)


@dataclass
class Around:
    """The managers above a person, the nearest first, and the first by name of those who report to them."""

    above: list[Neighbour] = field(default_factory=list)
    below: list[Neighbour] = field(default_factory=list)
    number_below: int = 0


def people_around(key: int) -> Around:
    """Who stands around the employee with this key; one query."""
    with connection.cursor() as cursor:
        cursor.execute(AROUND, [key, MOST_ABOVE, key, FIRST_BELOW, key])
        rows = cursor.fetchall()
    around, passed = Around(), {key}
    for step, *person, number in rows:
        around.number_below = number
        if step == 0:
            around.below.append(Neighbour(*person))
        elif person[0] not in passed:
            passed.add(person[0])
            around.above.append(Neighbour(*person))
    return around
