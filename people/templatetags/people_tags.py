"""How a person is shown in every template."""

import re
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.contrib.humanize.templatetags.humanize import apnumber, intcomma
from django.forms.utils import ErrorDict
from django.template import Context
from django.template.defaultfilters import pluralize
from django.utils.formats import time_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from people.accounts.factors.required import wanted_of
from people.directory.sizes import COUNT_LIMIT
from people.ground import emails
from people.models import Location, Team
from people.organisation.tree import Node
from people.visibility import can_add_employees, can_manage_organisation, can_see_gaps

register = template.Library()
register.filter("can_add", can_add_employees)
register.filter("can_manage", can_manage_organisation)
register.filter("can_see_gaps", can_see_gaps)
register.filter("second_factor_wanted", wanted_of)
register.filter("mailto", emails.mailto)


@register.filter
def breakable(email: str) -> str:
    """An e-mail that breaks before its @ or after a dot, where the line is too short; "com" never stands alone."""
    parts = re.split(r"(?<=\.)(?=.*[.@])|(?=@)", email)
    return format_html_join(SafeString("<wbr>"), "{}", ([part] for part in parts))


@register.filter
def in_fours(code: str) -> str:
    """A long code as it is read and typed more easily: "1234 5678 9012"."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


@register.filter
def counted(number: int) -> str:
    """A number that was counted to a limit: "9,999", "10,000+"."""
    return f"{intcomma(COUNT_LIMIT)}+" if number > COUNT_LIMIT else intcomma(number)


@register.simple_tag(takes_context=True)
def to_people(context: Context, **changes: Any) -> SafeString:
    """The attributes of a link that shows other people in the directory: this query string with changes.

    What it stands in says where the answer goes.
    """
    address = context["request"].path + context["directory"].query(**changes)
    return format_html('href="{0}" hx-get="{0}"', address)


@register.simple_tag
def contact() -> str:
    """Whom to ask about what neither the reader nor HR can change, as a link where a setting names them."""
    named = settings.CONTACT
    return format_html('<a href="{1}">{0}</a>', *named) if named else "the administrators of this directory"


@register.simple_tag
def company_name() -> str:
    """What one signs in with at the company's own sign-in; nothing where there is none."""
    return settings.OIDC_NAME if settings.OIDC_ISSUER else ""


@register.simple_tag
def passwords_are_for_all() -> bool:
    """Whether everybody may sign in with one; else administrators alone do."""
    return settings.PASSWORD_SIGN_IN


@register.filter
def teams_above(key: str | None) -> list[Node]:
    """The teams that the one with this key is a part of, the widest first."""
    return Team.objects.tree().above(key or "")


@register.filter
def chat_address(name: str | None) -> str:
    """Where one chats with whoever has this name there; nothing without the setting or the name."""
    return settings.CHAT_LINK.replace("{name}", quote(name, safe="")) if name else ""


@register.filter
def time_there(location: Location | None) -> str:
    """The time of day at a place, where the clocks show another one than the organisation's; else nothing."""
    here = localtime()
    there = here.astimezone(ZoneInfo(location.time_zone)) if location else here
    return "" if there.utcoffset() == here.utcoffset() else time_format(there, "H:i")


@register.filter
def without_links(error: str) -> SafeString:
    """An error message that can stand in a link: its own links are only their words."""
    # Safe because what was typed is escaped before anything is taken away.
    return SafeString(re.sub(r"</?a\b[^>]*>", "", conditional_escape(error)))  # nosec B703


@register.filter
def attention(errors: ErrorDict) -> str:
    """The title of an error summary, with the number of problems in words."""
    number = sum(len(messages) for messages in errors.values())
    verb = "needs" if number == 1 else "need"
    return f"{str(apnumber(number)).capitalize()} thing{pluralize(number)} {verb} your attention"
