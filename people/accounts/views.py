from django.contrib.auth.views import LoginView
from django.http import HttpResponse

from .forms import SignInForm


class SignInView(LoginView):
    """The door: e-mail and password, then on to where one wanted to go."""

    authentication_form = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True
    http_method_names = ("get", "head", "options", "post")

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)
