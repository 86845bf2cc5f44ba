"""Hypothesis strategies for the Swagger models: objects, lists, words, numbers, references.

hypothesis-jsonschema 0.23 reaches into parts of Hypothesis that later versions moved; the models need little of it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

Strategy = st.SearchStrategy[Any]
WORDS: Strategy = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["", " ", "à", "Straße 5", "0", "-1.50", "12,30", "NaN", "\u0000", "EUR", "AMZN_IT", "null", "😀"]),
)
TIMES: Strategy = st.one_of(
    st.datetimes(timezones=st.just(dt.UTC)).map(lambda at: at.isoformat()),
    st.sampled_from(
        [
            "2026-11-01T10:00:00Z",
            "2026-11-01T10:00:00.123456789Z",
            "2016-12-31T23:59:60Z",
            "2026-11-01T10:00:00+05:30",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
            "2026-11-01T10:00:00",
            "tomorrow",
        ]
    ),
)
NUMBERS: Strategy = st.one_of(
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.1, -0.0, 1e308]),
)


def from_model(schema: dict[str, Any], definitions: dict[str, Any], *, open_words: bool = False) -> Strategy:
    """Answers that follow `schema`. `open_words`: closed lists of words may hold words that the model does not know."""

    def follow(part: dict[str, Any], depth: int) -> Strategy:
        if "$ref" in part:
            return follow(definitions[part["$ref"].rpartition("/")[2]], depth)
        if "enum" in part:
            return st.one_of(st.sampled_from(part["enum"]), WORDS) if open_words else st.sampled_from(part["enum"])
        match part.get("type", "object"):
            case "string":
                return TIMES if part.get("format") == "date-time" else WORDS
            case "integer":
                return st.integers(part.get("minimum", -(10**6)), part.get("maximum", 10**10))
            case "number":
                return NUMBERS
            case "boolean":
                return st.booleans()
            case "array":
                return st.lists(later(part.get("items", {}), depth), max_size=3)
            case _:
                return whole(part, depth)

    def whole(part: dict[str, Any], depth: int) -> Strategy:
        required = set(part.get("required", []))
        properties: dict[str, Any] = part.get("properties", {})
        if depth > 12:
            properties = {name: value for name, value in properties.items() if name in required}
        sure = {name: value for name, value in properties.items() if name in required}
        maybe = {name: value for name, value in properties.items() if name not in required}
        return st.fixed_dictionaries(
            {name: later(value, depth) for name, value in sure.items()},
            optional={name: later(value, depth) for name, value in maybe.items()},
        )

    def later(part: dict[str, Any], depth: int) -> Strategy:
        return st.deferred(lambda: follow(part, depth + 1))

    return follow(schema, 0)
