"""How a person is shown in every template."""

from django import template
from django.contrib.humanize.templatetags.humanize import apnumber
from django.forms.utils import ErrorDict
from django.template.defaultfilters import pluralize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from people.models import Employee, EmployeeProfile, Sharing
from people.visibility import can_add_employees

register = template.Library()
register.filter("can_add", can_add_employees)

HUES = 12


@register.filter
def hue(employee: Employee) -> int:
    """The avatar's colour: steady, because the key never changes."""
    return employee.pk % HUES


@register.filter
def initials(employee: Employee) -> str:
    """Two initials in scripts with capitals, else the first character of the last name."""
    first, last = capital(employee.first_name), capital(employee.last_name)
    has_capitals = last.lower() != last.upper()
    return f"{first}{last}" if has_capitals else last


def capital(name: str) -> str:
    """The first capital, which skips particles ("von Ahn" gives A); else the first letter."""
    letters = [letter for letter in name if letter.isalpha()] or [*name[:1]]
    capitals = [letter for letter in letters if letter.isupper()]
    return (capitals or letters or [""])[0].upper()[:1]


@register.filter
def breakable(email: str) -> str:
    """An e-mail that breaks before its @ where the line is too short."""
    name, at, host = email.rpartition("@")
    return format_html("{}<wbr>{}{}", name, at, host)


@register.filter
def sharing_of(profile: EmployeeProfile, name: str) -> Sharing:
    """With whom the field `name` is shared."""
    return profile.sharing_of(name)


@register.filter
def cells(employee: Employee) -> dict[str, SafeString]:
    """The texts of a row in the directory, with what a search matched marked, and the reason if that shows nowhere."""
    profile = getattr(employee, "profile", None)
    texts = {
        "first_name": employee.first_name,
        "last_name": employee.last_name,
        "team": (profile and profile.get_team_display()) or "No team",
        "email": employee.email,
        "phone": employee.phone.as_international,
    }
    hit = getattr(employee, "hit", None)
    if not hit:
        return texts
    marked, shows_all = hit.reason.highlight(texts)
    html = {name: format_html_join("", "{}", ((_mark(*part),) for part in parts)) for name, parts in marked.items()}
    return html if shows_all else html | {"reason": hit.reason.sentence}


def _mark(text: str, is_marked: bool) -> str:
    return format_html("<mark>{}</mark>", text) if is_marked else text


@register.filter
def attention(errors: ErrorDict) -> str:
    """The title of an error summary, with the number of problems in words."""
    number = sum(len(messages) for messages in errors.values())
    verb = "needs" if number == 1 else "need"
    return f"{str(apnumber(number)).capitalize()} thing{pluralize(number)} {verb} your attention"
