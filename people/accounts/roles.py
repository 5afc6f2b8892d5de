"""The roles: what an account may do. "The person" is no role but a relation, in `people.visibility`."""

from enum import Enum


class Role(Enum):
    """What somebody is here, decided anew at each request; the value is its name on the screen."""

    ANONYMOUS = "Anonymous"
    COLLEAGUE = "Colleague"
    HR_MANAGER = "HR manager"
    ADMINISTRATOR = "Administrator"

    def __str__(self) -> str:
        return self.value

    @property
    def in_a_sentence(self) -> str:
        """Its name inside a sentence."""
        return str(self) if self is Role.HR_MANAGER else str(self).lower()

    @property
    def sentence(self) -> str:
        """What this role is for, in one sentence."""
        return SENTENCES[self]


SENTENCES = {
    Role.ANONYMOUS: "Is not signed in: sees the sign-in page and whether the site is well, and nothing about people.",
    Role.COLLEAGUE: "Is signed in: finds everyone, and sees what everyone may see and what a person shares.",
    Role.HR_MANAGER: "Adds people, gives them access, sees private fields and keeps all right; each reading is noted.",
    Role.ADMINISTRATOR: "Looks after the product and its accounts, gives and takes roles, and can do HR’s work.",
}
