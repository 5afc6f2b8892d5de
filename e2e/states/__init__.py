"""Every page of the site in every state that one can meet: the one list for looking at all of them."""

from . import access, confirming, finding, organisation, own_account, person, sign_in, site
from .state import State

STATES: list[State] = [
    *sign_in.STATES,
    *own_account.STATES,
    *confirming.STATES,
    *access.STATES,
    *finding.STATES,
    *person.STATES,
    *organisation.STATES,
    *site.STATES,
]
