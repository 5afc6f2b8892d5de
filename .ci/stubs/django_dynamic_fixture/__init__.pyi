from typing import Any, TypeVar

from django.db.models import Model

Record = TypeVar("Record", bound=Model)

def G(model: type[Record], **fields: Any) -> Record: ...  # noqa: N802 (its own name)
