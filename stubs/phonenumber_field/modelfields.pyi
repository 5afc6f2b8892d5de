from typing import TypeVar

from django.db import models

from .phonenumber import PhoneNumber

_ST = TypeVar("_ST", contravariant=True)
_GT = TypeVar("_GT", covariant=True)

class PhoneNumberField(models.Field[_ST, _GT]):
    _pyi_private_set_type: str | PhoneNumber
    _pyi_private_get_type: PhoneNumber
