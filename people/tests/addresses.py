"""Every address of the site, and who gets which answer there."""

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, get_resolver, resolve, reverse

from people.ground.htmx import PartialMixin

# Plain numbers are statuses. The words:
#   door   no sign-in, so the sign-in page: plain 302 to it; HTMX GET 200 with HX-Redirect, else 401
#   form   no sign-in, but what was typed comes back: plain 401 with the form, HTMX 401
#   out    what the admin shows whom it doesn't let in: 302, and there 403
# An empty POST is sent. PUT/DELETE stands for both. "switched-off" comes with the session of an account that was
# switched off while it was signed in.
TABLE = """
address                               method      signed-out  switched-off  colleague  person  hr     administrator

people:home                           GET         door        door          302        302     302    302
people:home                           POST        door        door          302        302     302    302
people:home                           PUT/DELETE  door        door          302        302     302    302
people:employee-list                  GET         door        door          200        200     200    200
people:employee-list                  POST        door        door          405        405     405    405
people:employee-list                  PUT/DELETE  door        door          405        405     405    405
people:employee-print                 GET         door        door          200        200     200    200
people:employee-print                 POST        door        door          405        405     405    405
people:employee-print                 PUT/DELETE  door        door          405        405     405    405
people:suggestions                    GET         door        door          200        200     200    200
people:suggestions                    POST        door        door          405        405     405    405
people:suggestions                    PUT/DELETE  door        door          405        405     405    405
people:employee-create                GET         door        door          403        403     200    200
people:employee-create                POST        form        form          403        403     422    422
people:employee-create                PUT/DELETE  form        form          403        403     405    405
people:employee-create-searched       GET         door        door          302        302     302    302
people:employee-create-searched       POST        door        door          403        403     302    302
people:employee-create-searched       PUT/DELETE  door        door          405        405     405    405
people:employee-detail                GET         door        door          200        200     200    200
people:employee-detail                POST        door        door          405        405     405    405
people:employee-detail                PUT/DELETE  door        door          405        405     405    405
people:employee-update                GET         door        door          308        308     308    308
people:employee-update                POST        door        door          308        308     308    308
people:employee-update                PUT/DELETE  door        door          308        308     308    308
people:profile-update                 GET         door        door          308        308     308    308
people:profile-update                 POST        door        door          308        308     308    308
people:profile-update                 PUT/DELETE  door        door          308        308     308    308
people:section-update/contact         GET         door        door          403        200     200    200
people:section-update/contact         POST        form        form          403        422     422    422
people:section-update/contact         PUT/DELETE  form        form          405        405     405    405
people:section-update/work            GET         door        door          403        403     200    200
people:section-update/work            POST        form        form          403        403     422    422
people:section-update/work            PUT/DELETE  form        form          405        405     405    405
people:section-update/about           GET         door        door          403        200     200    200
people:section-update/about           POST        form        form          403        422     422    422
people:section-update/about           PUT/DELETE  form        form          405        405     405    405
people:section-update/private         GET         door        door          403        200     200    200
people:section-update/private         POST        form        form          403        422     422    422
people:section-update/private         PUT/DELETE  form        form          405        405     405    405
people:section-update/shared          GET         door        door          403        200     200    200
people:section-update/shared          POST        form        form          403        422     422    422
people:section-update/shared          PUT/DELETE  form        form          405        405     405    405
people:section-update/complete        GET         door        door          403        200     200    200
people:section-update/complete        POST        form        form          403        422     422    422
people:section-update/complete        PUT/DELETE  form        form          405        405     405    405
people:sharing-kept                   GET         door        door          405        405     405    405
people:sharing-kept                   POST        door        door          403        302     403    403
people:sharing-kept                   PUT/DELETE  door        door          405        405     405    405
people:location-list                  GET         door        door          403        403     200    200
people:location-list                  POST        door        door          403        403     405    405
people:location-list                  PUT/DELETE  door        door          403        403     405    405
people:location-create                GET         door        door          403        403     200    200
people:location-create                POST        form        form          403        403     422    422
people:location-create                PUT/DELETE  form        form          403        403     405    405
people:location-update                GET         door        door          403        403     404    404
people:location-update                POST        form        form          403        403     404    404
people:location-update                PUT/DELETE  form        form          403        403     405    405
people:location-remove                GET         door        door          403        403     405    405
people:location-remove                POST        door        door          403        403     404    404
people:location-remove                PUT/DELETE  door        door          403        403     405    405
people:employee-move                  GET         door        door          403        403     200    200
people:employee-move                  POST        form        form          403        403     422    422
people:employee-move                  PUT/DELETE  form        form          403        403     405    405
people:team-list                      GET         door        door          200        200     200    200
people:team-list                      POST        door        door          405        405     405    405
people:team-list                      PUT/DELETE  door        door          405        405     405    405
people:team-create                    GET         door        door          403        403     200    200
people:team-create                    POST        form        form          403        403     422    422
people:team-create                    PUT/DELETE  form        form          403        403     405    405
people:team-update                    GET         door        door          403        403     200    200
people:team-update                    POST        form        form          403        403     422    422
people:team-update                    PUT/DELETE  form        form          403        403     405    405
people:team-merge                     GET         door        door          403        403     200    200
people:team-merge                     POST        form        form          403        403     422    422
people:team-merge                     PUT/DELETE  form        form          403        403     405    405
people:team-close                     GET         door        door          403        403     200    200
people:team-close                     POST        door        door          403        403     302    302
people:team-close                     PUT/DELETE  door        door          403        403     405    405
people:team-open                      GET         door        door          403        403     405    405
people:team-open                      POST        door        door          403        403     302    302
people:team-open                      PUT/DELETE  door        door          403        403     405    405
people:team-lead-take                 GET         door        door          403        403     405    405
people:team-lead-take                 POST        door        door          403        403     302    302
people:team-lead-take                 PUT/DELETE  door        door          403        403     405    405
people:team-detail                    GET         door        door          200        200     200    200
people:team-detail                    POST        door        door          405        405     405    405
people:team-detail                    PUT/DELETE  door        door          405        405     405    405
people:employee-reports               GET         door        door          200        200     200    200
people:employee-reports               POST        door        door          405        405     405    405
people:employee-reports               PUT/DELETE  door        door          405        405     405    405
people:gaps                           GET         door        door          403        403     200    200
people:gaps                           POST        door        door          403        403     405    405
people:gaps                           PUT/DELETE  door        door          403        403     405    405
people:access                         GET         door        door          403        403     200    200
people:access                         POST        door        door          403        403     400    400
people:access                         PUT/DELETE  door        door          403        403     405    405
people:access-give                    GET         door        door          403        403     200    200
people:access-give                    POST        door        door          403        403     422    422
people:access-give                    PUT/DELETE  door        door          403        403     405    405
people:access-progress                GET         door        door          403        403     404    404
people:access-progress                POST        door        door          403        403     405    405
people:access-progress                PUT/DELETE  door        door          403        403     405    405
people:star                           GET         door        door          405        405     405    405
people:star                           POST        door        door          400        403     400    400
people:star                           PUT/DELETE  door        door          405        405     405    405
people:employee-preview               GET         door        door          403        200     200    200
people:employee-preview               POST        door        door          405        405     405    405
people:employee-preview               PUT/DELETE  door        door          405        405     405    405
people:my-data                        GET         door        door          200        200     200    200
people:my-data                        POST        door        door          405        405     405    405
people:my-data                        PUT/DELETE  door        door          405        405     405    405
people:my-data-download               GET         door        door          200        200     200    200
people:my-data-download               POST        door        door          405        405     405    405
people:my-data-download               PUT/DELETE  door        door          405        405     405    405
people:me                             GET         door        door          200        302     200    200
people:me                             POST        door        door          403        302     403    403
people:me                             PUT/DELETE  door        door          405        302     405    405
people:own-page                       GET         door        door          410        410     410    410
people:own-page                       POST        door        door          410        410     410    410
people:own-page                       PUT/DELETE  door        door          410        410     410    410
people:own-page-link                  GET         302         302           302        302     302    302
people:own-page-link                  POST        405         405           405        405     405    405
people:own-page-link                  PUT/DELETE  405         405           405        405     405    405
people:styleguide                     GET         door        door          403        403     403    200
people:styleguide                     POST        door        door          403        403     403    405
people:styleguide                     PUT/DELETE  door        door          403        403     403    405
accounts:sign-in                      GET         200         200           302        302     302    302
accounts:sign-in                      POST        422         422           302        302     302    302
accounts:sign-in                      PUT/DELETE  405         405           302        302     302    302
accounts:company-sign-in              GET         302         302           302         302     302    302
accounts:company-sign-in              POST        302         302           302         302     302    302
accounts:company-sign-in              PUT/DELETE  405         405           405         405     405    405
accounts:company-callback             GET         302         302           302         302     302    302
accounts:company-callback             POST        405         405           405         405     405    405
accounts:company-callback             PUT/DELETE  405         405           405         405     405    405
accounts:company                      GET         door        door          200         200     200    200
accounts:company                      POST        door        door          405         405     405    405
accounts:company                      PUT/DELETE  door        door          405         405     405    405
accounts:company-link                 GET         door        door          405         405     405    405
accounts:company-link                 POST        door        door          302         302     302    302
accounts:company-link                 PUT/DELETE  door        door          405         405     405    405
accounts:company-unlink               GET         door        door          405         405     405    405
accounts:company-unlink               POST        door        door          302         302     302    302
accounts:company-unlink               PUT/DELETE  door        door          405         405     405    405
accounts:company-confirm              GET         door        door          405         405     405    405
accounts:company-confirm              POST        door        door          302         302     302    302
accounts:company-confirm              PUT/DELETE  door        door          405         405     405    405
accounts:company-confirmed            GET         door        door          200         200     200    200
accounts:company-confirmed            POST        door        door          405         405     405    405
accounts:company-confirmed            PUT/DELETE  door        door          405         405     405    405
accounts:sign-out                     GET         door        door          405        405     405    405
accounts:sign-out                     POST        door        door          302        302     302    302
accounts:sign-out                     PUT/DELETE  door        door          405        405     405    405
accounts:password-change              GET         door        door          200        200     200    200
accounts:password-change              POST        door        door          422        422     422    422
accounts:password-change              PUT/DELETE  door        door          405        405     405    405
accounts:sign-in-address              GET         door        door          200        200     200    200
accounts:sign-in-address              POST        door        door          422        422     422    422
accounts:sign-in-address              PUT/DELETE  door        door          405        405     405    405
accounts:address-cancel               GET         door        door          405        405     405    405
accounts:address-cancel               POST        door        door          302        302     302    302
accounts:address-cancel               PUT/DELETE  door        door          405        405     405    405
accounts:address-confirm              GET         410         410           410        410     410    410
accounts:address-confirm              POST        410         410           410        410     410    410
accounts:address-confirm              PUT/DELETE  410         410           410        410     410    410
accounts:address-undo                 GET         410         410           410        410     410    410
accounts:address-undo                 POST        410         410           410        410     410    410
accounts:address-undo                 PUT/DELETE  410         410           410        410     410    410
accounts:address-confirm-link         GET         302         302           302        302     302    302
accounts:address-confirm-link         POST        405         405           405        405     405    405
accounts:address-confirm-link         PUT/DELETE  405         405           405        405     405    405
accounts:address-undo-link            GET         302         302           302        302     302    302
accounts:address-undo-link            POST        405         405           405        405     405    405
accounts:address-undo-link            PUT/DELETE  405         405           405        405     405    405
accounts:second-step                  GET         302         302           302        302     302    302
accounts:second-step                  POST        302         302           302        302     302    302
accounts:second-step                  PUT/DELETE  302         302           302        302     302    302
accounts:two-steps                    GET         door        door          200        200     200    200
accounts:two-steps                    POST        door        door          405        405     405    405
accounts:two-steps                    PUT/DELETE  door        door          405        405     405    405
accounts:app-add                      GET         door        door          200        200     200    200
accounts:app-add                      POST        door        door          422        422     422    422
accounts:app-add                      PUT/DELETE  door        door          405        405     405    405
accounts:app-remove                   GET         door        door          405        405     405    405
accounts:app-remove                   POST        door        door          302        302     302    302
accounts:app-remove                   PUT/DELETE  door        door          405        405     405    405
accounts:passkey-sign-in              GET         302         302           302        302     302    302
accounts:passkey-sign-in              POST        422         422           302        302     302    302
accounts:passkey-sign-in              PUT/DELETE  405         405           302        302     302    302
accounts:passkey-add                  GET         door        door          200        200     200    200
accounts:passkey-add                  POST        door        door          422        422     422    422
accounts:passkey-add                  PUT/DELETE  door        door          405        405     405    405
accounts:passkey-rename               GET         door        door          302        302     302    302
accounts:passkey-rename               POST        door        door          302        302     302    302
accounts:passkey-rename               PUT/DELETE  door        door          405        405     405    405
accounts:passkey-remove               GET         door        door          405        405     405    405
accounts:passkey-remove               POST        door        door          302        302     302    302
accounts:passkey-remove               PUT/DELETE  door        door          405        405     405    405
accounts:passkey-challenge            GET         door        door          200        200     200    200
accounts:passkey-challenge            POST        door        door          405        405     405    405
accounts:passkey-challenge            PUT/DELETE  door        door          405        405     405    405
accounts:recovery-codes               GET         door        door          404        404     404    404
accounts:recovery-codes               POST        door        door          405        405     405    405
accounts:recovery-codes               PUT/DELETE  door        door          405        405     405    405
accounts:recovery-codes-new           GET         door        door          405        405     405    405
accounts:recovery-codes-new           POST        door        door          302        302     302    302
accounts:recovery-codes-new           PUT/DELETE  door        door          405        405     405    405
accounts:sessions                     GET         door        door          200         200     200    200
accounts:sessions                     POST        door        door          405         405     405    405
accounts:sessions                     PUT/DELETE  door        door          405         405     405    405
accounts:sessions-end                 GET         door        door          405         405     405    405
accounts:sessions-end                 POST        door        door          302         302     302    302
accounts:sessions-end                 PUT/DELETE  door        door          405         405     405    405
accounts:session-end                  GET         door        door          405         405     405    405
accounts:session-end                  POST        door        door          404         404     404    404
accounts:session-end                  PUT/DELETE  door        door          405         405     405    405
accounts:well-known-password-change   GET         302         302           302        302     302    302
accounts:well-known-password-change   POST        302         302           302        302     302    302
accounts:well-known-password-change   PUT/DELETE  302         302           302        302     302    302
accounts:password-forgotten           GET         200         200           200        200     200    200
accounts:password-forgotten           POST        422         422           422        422     422    422
accounts:password-forgotten           PUT/DELETE  405         405           405        405     405    405
accounts:password-mailed              GET         200         200           200        200     200    200
accounts:password-mailed              POST        405         405           405        405     405    405
accounts:password-mailed              PUT/DELETE  405         405           405        405     405    405
accounts:password-by-link             GET         410         410           410        410     410    410
accounts:password-by-link             POST        410         410           410        410     410    410
accounts:password-by-link             PUT/DELETE  410         410           410        410     410    410
accounts:link                         GET         302         302           302        302     302    302
accounts:link                         POST        405         405           405        405     405    405
accounts:link                         PUT/DELETE  405         405           405        405     405    405
accounts:roles                        GET         door        door          403        403     403    200
accounts:roles                        POST        form        form          403        403     403    422
accounts:roles                        PUT/DELETE  form        form          403        403     403    405
accounts:hr-managers                  GET         door        door          302         302     302    302
accounts:hr-managers                  POST        door        door          302         302     302    302
accounts:hr-managers                  PUT/DELETE  door        door          302         302     302    302
accounts:administrator-take           GET         door        door          403         403     403    405
accounts:administrator-take           POST        door        door          403         403     403    404
accounts:administrator-take           PUT/DELETE  door        door          403         403     403    405
accounts:hr-manager-take              GET         door        door          403        403     403    405
accounts:hr-manager-take              POST        door        door          403        403     403    404
accounts:hr-manager-take              PUT/DELETE  door        door          403        403     403    405
accounts:mail                         GET         door        door          403        403     403    200
accounts:mail                         POST        door        door          403        403     403    405
accounts:mail                         PUT/DELETE  door        door          403        403     403    405
accounts:mail-test                    GET         door        door          403        403     403    405
accounts:mail-test                    POST        door        door          403        403     403    302
accounts:mail-test                    PUT/DELETE  door        door          403        403     403    405
accounts:mail-again-all               GET         door        door          403        403     403    405
accounts:mail-again-all               POST        door        door          403        403     403    302
accounts:mail-again-all               PUT/DELETE  door        door          403        403     403    405
accounts:mail-again                   GET         door        door          403        403     403    405
accounts:mail-again                   POST        door        door          403        403     403    302
accounts:mail-again                   PUT/DELETE  door        door          403        403     403    405
accounts:mail-remove                  GET         door        door          403        403     403    405
accounts:mail-remove                  POST        door        door          403        403     403    302
accounts:mail-remove                  PUT/DELETE  door        door          403        403     403    405
health                                GET         200         200           200        200     200    200
health                                POST        405         405           405        405     405    405
health                                PUT/DELETE  405         405           405        405     405    405
account_login                         GET         200         200           302        302     302    302
account_login                         POST        422         422           302        302     302    302
account_login                         PUT/DELETE  405         405           302        302     302    302
mfa_authenticate                      GET         302         302           302        302     302    302
mfa_authenticate                      POST        302         302           302        302     302    302
mfa_authenticate                      PUT/DELETE  302         302           302        302     302    302

admin:index                           GET         door        door          out        out     out    200
admin:index                           POST        door        door          out        out     out    200
admin:login                           GET         door        door          403        403     403    302
admin:login                           POST        door        door          403        403     403    302
admin:logout                          POST        door        door          302        302     302    302
admin:people_employee_changelist      GET         door        door          out        out     out    200
admin:people_employee_changelist      POST        door        door          out        out     out    200
admin:people_employee_add             GET         door        door          out        out     out    200
admin:people_employee_add             POST        door        door          out        out     out    200
admin:people_employee_change          GET         door        door          out        out     out    200
admin:people_employee_change          POST        door        door          out        out     out    200
admin:people_employee_delete          GET         door        door          out        out     out    302
admin:people_employee_delete          POST        door        door          out        out     out    302
admin:people_employee_history         GET         door        door          out        out     out    200
admin:people_employeeprofile_changelist  GET      door        door          out        out     out    200
admin:people_employeeprofile_changelist  POST     door        door          out        out     out    200
admin:people_employeeprofile_add      GET         door        door          out        out     out    403
admin:people_employeeprofile_add      POST        door        door          out        out     out    403
admin:people_employeeprofile_change   GET         door        door          out        out     out    200
admin:people_employeeprofile_change   POST        door        door          out        out     out    302
admin:people_employeeprofile_delete   GET         door        door          out        out     out    403
admin:people_employeeprofile_delete   POST        door        door          out        out     out    403
admin:people_employeeprofile_history  GET         door        door          out        out     out    200
admin:accounts_user_changelist        GET         door        door          out        out     out    200
admin:accounts_user_changelist        POST        door        door          out        out     out    200
admin:accounts_user_add               GET         door        door          out        out     out    200
admin:accounts_user_add               POST        door        door          out        out     out    200
admin:accounts_user_change            GET         door        door          out        out     out    200
admin:accounts_user_change            POST        door        door          out        out     out    302
admin:accounts_user_delete            GET         door        door          out        out     out    302
admin:accounts_user_delete            POST        door        door          out        out     out    302
admin:accounts_user_history           GET         door        door          out        out     out    200
admin:accounts_user_link              GET         door        door          out        out     out    302
admin:accounts_user_link              POST        door        door          out        out     out    200
admin:accounts_user_reset             GET         door        door          out        out     out    302
admin:accounts_user_reset             POST        door        door          out        out     out    302
"""
HEADER, *ROWS = [line.split() for line in TABLE.splitlines() if line]
NAMES = {name.partition("/")[0] for name, *_ in ROWS}
ROLES = HEADER[2:]


def named_views(resolver=None, namespace: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """The name and the view of every address of the site; nameless ones end in None."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", pattern.callback
        else:
            yield from named_views(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)


def url_names() -> list[str]:
    return [name for name, _ in named_views()]


def address(name: str, person) -> str:
    """The URL called `name`, of `person` where it is about one."""
    keys = {"employeeprofile": person.profile.pk, "employee": person.pk, "user": person.user_id}
    if not name.startswith("admin:"):
        name, *section = name.split("/")
        if name == "accounts:link" or name.endswith(("-confirm-link", "-undo-link", "own-page-link")):
            return reverse(name, args=["password-1-1-1"])
        if name.startswith("people:team-"):
            of_one = ["product", *([person.pk] if name.endswith("-take") else [])]
            return reverse(name, args=[] if name.endswith(("-list", "-create")) else of_one)
        is_about_one = name != "accounts:app-remove" and name.endswith(
            (
                *("-detail", "-preview", "-update", "-take", "-kept", "-reports", "-remove", "-again"),
                *("star", "access", "-progress", "session-end", "passkey-rename"),
            )
        )
        audience = ["colleague"] if name.endswith("-preview") else []
        return reverse(name, args=[person.pk, *audience, *section] if is_about_one else [])
    noun = next((noun for noun in keys if noun in name), "")
    is_about_one = name.endswith(("_change", "_delete", "_history", "_link", "_reset"))
    return reverse(name, args=[keys[noun]] if is_about_one else [])


def asked_of(path: str, fragments: list[str | None]) -> list[str | None]:
    """Which of `fragments` to ask for, None for the whole page: all where a view may look at which it is.

    The others, Django's own pages and our views that draw no fragments, are asked for the first two.
    """
    match = resolve(path.partition("?")[0])
    view = getattr(match.func, "view_class", PartialMixin)
    return fragments if issubclass(view, PartialMixin) and match.namespace != "admin" else fragments[:2]
