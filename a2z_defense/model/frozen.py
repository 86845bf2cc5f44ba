"""The base of every model: frozen, closed, exact."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, PlainSerializer

from a2z_defense.base.instants import utc_text

Instant = Annotated[AwareDatetime, PlainSerializer(utc_text, return_type=str, when_used="json")]
"""An aware instant; in JSON it is ISO 8601 in UTC with `Z`."""


class Frozen(BaseModel):
    """A value: equal by content, never changed after it was made, no field that was not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_timedelta="iso8601")
