from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def filled_form_again(request: HttpRequest, *, status: int) -> HttpResponse | None:
    """A refused POST's form as it was typed, to be saved once more; None if the view has no such form.

    Nothing that was typed is checked: a check could tell a signed-out visitor what is stored.
    """
    view_class = getattr(request.resolver_match and request.resolver_match.func, "view_class", None)
    refilled = getattr(getattr(view_class, "form_class", None), "refilled", None)
    if not refilled:
        return None
    context = {"form": refilled(request.POST)}
    return render(request, "accounts/form_refused.html", context, status=status)
