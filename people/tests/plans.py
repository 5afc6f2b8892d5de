"""How the database goes about a statement."""

from django.db import connection


def avoid(*ways: str) -> None:
    """Have PostgreSQL plan without these ways of reading (such as "seqscan") until the transaction ends.

    So few people are read whole, and sorted, for less than by an index; this asks what it does with many.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
            for way in ways:
                cursor.execute(f"SET LOCAL enable_{way} = off")


def plan_of(statement: str) -> str:
    """The plan, a step in each line."""
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        cursor.execute(explain + statement.replace("%", "%%"))
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
