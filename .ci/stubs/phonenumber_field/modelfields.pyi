from typing import Any, TypeVar

from django.db import models

from .phonenumber import PhoneNumber

_ST = TypeVar("_ST", contravariant=True)
_GT = TypeVar("_GT", covariant=True)

class PhoneNumberDescriptor:
    field: Any

class PhoneNumberField(models.Field[_ST, _GT]):
    _pyi_private_set_type: str | PhoneNumber
    _pyi_private_get_type: PhoneNumber
    @property
    def region(self) -> str: ...
    def from_db_value(self, value: str | None, expression: object, connection: object) -> PhoneNumber | None: ...
