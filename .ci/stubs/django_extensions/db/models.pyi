from datetime import datetime
from typing import Any

from django.db import models

class TimeStampedModel(models.Model):
    created: models.DateTimeField[datetime, datetime]
    modified: models.DateTimeField[datetime, datetime]

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None: ...
