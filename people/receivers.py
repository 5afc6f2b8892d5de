"""The event that the product is built on: a new employee gets a profile at once."""

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Employee, EmployeeProfile


@receiver(post_save, sender=Employee, dispatch_uid="create_employee_profile", weak=False)
def create_employee_profile(instance: Employee, created: bool, raw: bool, **kwargs: object) -> None:
    """Make the profile of a new employee. Fixtures (`raw`) bring their own."""
    if created and not raw:
        with transaction.atomic():
            EmployeeProfile.objects.create_missing([instance])
