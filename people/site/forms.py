from django import forms

from people.directory.picker import EmployeeField
from people.ground.layout import FieldsLayout
from people.models import Employee


class PickerForm(forms.Form):
    """The style guide's example of a field that holds a person."""

    person = EmployeeField(Employee.objects.all(), help_text="Type, and pick one of the people suggested.")

    @property
    def helper(self) -> FieldsLayout:
        return FieldsLayout("person")
