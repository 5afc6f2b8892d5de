"""Mail and the like wait for the commit (sentence 13)."""

import pytest
from django.core import mail
from django.db import DatabaseError, transaction

from people.models import Employee

from .failures import (
    insert_a_profile_of_nobody,
    insert_a_second_profile,
    listening,
    query_a_missing_table,
    raise_an_error,
)
from .steps import ADD, counts, typed

# 13 Side effects


def mail_on_commit(instance: Employee, **kwargs) -> None:
    transaction.on_commit(lambda: mail.send_mail("Welcome", "", None, [instance.email]))


@pytest.mark.django_db(transaction=True)
def test_13_side_effects_happen_when_the_transaction_commits(hr_client, mailoutbox):
    with listening(mail_on_commit):
        hr_client.post(ADD, typed())

    assert [message.to for message in mailoutbox] == [["ada@example.com"]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "failure", [raise_an_error, insert_a_second_profile, query_a_missing_table, insert_a_profile_of_nobody]
)
def test_13_side_effects_of_a_failed_save_never_happen(mailoutbox, failure):
    with listening(mail_on_commit), listening(failure), pytest.raises((DatabaseError, RuntimeError)):
        Employee.objects.create(**typed())

    assert mailoutbox == []
    assert counts() == (0, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("failure", [insert_a_second_profile, query_a_missing_table, insert_a_profile_of_nobody])
def test_13_side_effects_of_a_page_rolled_back_after_the_save_never_happen(hr_client, mailoutbox, failure):
    with listening(mail_on_commit), listening(failure):
        response = hr_client.post(ADD, typed())

    assert response.status_code == 503
    assert mailoutbox == []


@pytest.mark.django_db(transaction=True)
def test_13_side_effects_of_a_larger_transaction_rolled_back_never_happen(mailoutbox):
    with listening(mail_on_commit), transaction.atomic():
        Employee.objects.create(**typed())
        transaction.set_rollback(True)

    assert mailoutbox == []
    assert counts() == (0, 0)
