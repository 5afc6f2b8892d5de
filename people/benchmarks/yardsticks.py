"""What pages are compared with: the bare template, one query, and Django's own admin."""

from collections.abc import Callable, Iterator
from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpResponse
from django.template import Context, Engine
from django.template.loader import get_template
from django.template.response import TemplateResponse
from django.test import RequestFactory
from django.urls import reverse
from django.utils.html import escape
from django_htmx.middleware import HtmxMiddleware

from people.accounts.models import User
from people.directory.listing import PEOPLE_PER_PAGE
from people.directory.views import EmployeeListView
from people.ground.fields import STORED_PHONE
from people.models import Employee

PLAIN_TEMPLATE = """<!doctype html><title>People</title><table>
{% for row in rows %}<tr><td><a href="/employees/{{ row.pk }}/">{{ row.first_name }} {{ row.last_name }}</a></td>\
<td>{{ row.profile__team }}</td><td>{{ row.email }}</td><td>{{ row.number }}</td></tr>{% endfor %}
</table>"""


def bare_template() -> Callable[[], str]:
    """T: the directory's first page for a colleague, with its people and all else held in memory."""
    colleague = User(email="colleague@example.com")
    colleague.is_in_hr_group = False
    colleague.employee = Employee.objects.with_card_details().sorted_by("name").first()
    request = RequestFactory().get(reverse("people:employee-list"))
    request.user = colleague
    HtmxMiddleware(lambda _: HttpResponse())(request)
    view = EmployeeListView()
    view.setup(request)
    shown = view.get_context_data().items()
    context = {name: list(value) if isinstance(value, Iterator) else value for name, value in shown}
    template = get_template(view.template_name)
    template.render(context, request)  # reads what is lazy

    return lambda: template.render(context, request)


def first_rows() -> QuerySet[Employee, dict[str, Any]]:
    """What the directory's first page shows, in one query and without objects."""
    columns = ("pk", "first_name", "last_name", "profile__team", "email")
    people = Employee.objects.sorted_by("name")[:PEOPLE_PER_PAGE]
    rows: QuerySet[Employee, dict[str, Any]] = people.values(*columns, number=STORED_PHONE)
    return rows


def formatted_strings() -> str:
    """F: one query and f-strings."""
    rows = [
        f'<tr><td><a href="/employees/{row["pk"]}/">{escape(row["first_name"])} {escape(row["last_name"])}</a></td>'
        f"<td>{escape(row['profile__team'])}</td><td>{escape(row['email'])}</td><td>{escape(row['number'])}</td></tr>"
        for row in first_rows()
    ]
    return f"<!doctype html><title>People</title><table>\n{''.join(rows)}\n</table>"


def plain_template() -> Callable[[], str]:
    """L: one query and a plain template."""
    template = Engine().from_string(PLAIN_TEMPLATE)
    return lambda: template.render(Context({"rows": first_rows()}))


class DefaultAdmin(admin.ModelAdmin[Employee]):
    """The list as most projects have it, in the directory's order and with the profile read in one query."""

    list_display = ("first_name", "last_name", "profile__team", "email", "phone")
    list_select_related = ("profile",)
    list_per_page = PEOPLE_PER_PAGE
    ordering = ("sort_name", "pk")
    search_fields = ("first_name", "last_name", "email", "phone")


def admin_list(**query: Any) -> Callable[[], bytes]:
    """The admin's list for an administrator, without any middleware."""
    changes = DefaultAdmin(Employee, admin.AdminSite())
    request = RequestFactory().get(reverse("admin:people_employee_changelist"), query)
    request.user = User(email="administrator@example.com", is_superuser=True)

    # Its types name every answer that the list may give; a GET gets a page.
    return lambda: cast(TemplateResponse, changes.changelist_view(request)).render().content
