from .accounts.backends import EmailBackend


class EmployeeBackend(EmailBackend):
    """The account with its employee and team: every page asks for them, so one query reads all."""

    related = ("employee__profile",)
