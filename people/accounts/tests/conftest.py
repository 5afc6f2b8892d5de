"""What holds for all tests of people holds for those of accounts."""

from people.tests.conftest import quick_passwords, same_answers, told

__all__ = ["quick_passwords", "same_answers", "told"]
