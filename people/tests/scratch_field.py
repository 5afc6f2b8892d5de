"""What must hold of a field that was added in three places; run by `test_adding_a_field.py`, in a copy of the product.

There `job_grade` is a field of the profile, which everyone sees and finds, and HR edits.
"""

from people.derived import out_of_date
from people.employees.sections import gaps
from people.tests.browsers import browser
from people.tests.factories import employee, user

GRADE = "Senior Payroll"


def test_field_is_edited_shown_found_asked_for_and_given(db):
    person = employee(user=user("person@example.com"))
    address = person.get_absolute_url()
    hr, colleague, own = browser(user("hr@example.com", is_hr=True)), browser(user()), browser(person.user)
    assert "job_grade" in [gap.name for gap in gaps(person)]

    form = hr.get(f"{address}work/edit/").text
    saved = hr.post(f"{address}work/edit/", {"job_grade": GRADE})
    refused = own.post(f"{address}work/edit/", {"job_grade": "Queen"})

    assert 'name="job_grade"' in form
    assert [saved.status_code, refused.status_code] == [302, 403]
    for page in (
        hr.get(address),
        colleague.get(address),
        own.get(f"{address}seen-by/colleague/"),
        own.get("/me/data/"),
    ):
        assert GRADE in page.text
        assert "Job grade" in page.text
    assert "Matched payroll" in colleague.get("/employees/?q=payroll").text
    assert not out_of_date().exists()
