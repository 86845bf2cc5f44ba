"""Amazon's own models as judges: do an answer and a request follow them?

The models are reference data beside the checkout and are no part of it; without them these tests are skipped.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jsonschema
import pytest

MODELS = Path(__file__).resolve().parents[2].parent / "shared" / "spapi"
FILES = {
    "getOrder": ("orders_2026-01-01", "GetOrderResponse"),
    "listFinancialEventsByOrderId": ("finances_v0", "ListFinancialEventsResponse"),
    "listFinancialEvents": ("finances_v0", "ListFinancialEventsResponse"),
    "createReport": ("reports_2021-06-30", "CreateReportResponse"),
    "getReport": ("reports_2021-06-30", "Report"),
    "getReportDocument": ("reports_2021-06-30", "ReportDocument"),
    "getTracking": ("shipping_v2", "GetTrackingResponse"),
    "getShipment": ("merchant_fulfillment_v0", "GetShipmentResponse"),
    "getListingsItem": ("listings_items_2021-08-01", "Item"),
    "getCatalogItem": ("catalog_items_2022-04-01", "Item"),
    "getMessagingActionsForOrder": ("messaging_v1", "GetMessagingActionsForOrderResponse"),
    "getMarketplaceParticipations": ("sellers_v1", "GetMarketplaceParticipationsResponse"),
}
needs_models = pytest.mark.skipif(not MODELS.is_dir(), reason="Amazon's models are not beside the checkout")


@cache
def model(name: str) -> dict[str, Any]:
    """One Swagger file, its objects closed: a field that Amazon's model does not know is a fault of ours."""
    content: dict[str, Any] = json.loads((MODELS / f"{name}.json").read_text(encoding="utf-8"))
    for definition in content.get("definitions", {}).values():
        if definition.get("type") == "object" and "properties" in definition:
            definition.setdefault("additionalProperties", False)
    return content


def check_answer(operation: str, content: Any) -> None:
    """Raises ValidationError when `content` is not what the model promises, formats included."""
    name, definition = FILES[operation]
    schema = {**model(name), "$ref": f"#/definitions/{definition}"}
    jsonschema.Draft4Validator(schema, format_checker=_FORMATS).validate(content)


def check_account_health(content: Any) -> None:
    """The same for the account-health report, which has a JSON Schema of its own."""
    schema = json.loads((MODELS / "account_health_report.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema, format_checker=_FORMATS).validate(content)


def check_request(operation: str, method: str, path: str, query: str, headers: tuple[str, ...]) -> None:
    """AssertionError when a request does not follow the model: path, names, types, enums."""
    name, _ = FILES[operation]
    for template, verbs in model(name)["paths"].items():
        verb = verbs.get(method.lower(), {})
        if verb.get("operationId") == operation and re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path):
            break
    else:
        raise AssertionError(f"{method} {path} is not {operation}")
    known = {one["name"]: one for one in verb["parameters"] if one["in"] == "query"}
    sent = parse_qs(query, keep_blank_values=True)
    assert set(sent) <= set(known), f"{operation} does not know {set(sent) - set(known)}"
    assert {key for key, one in known.items() if one.get("required")} <= set(sent)
    for key, values in sent.items():
        assert len(values) == 1, f"{key} is sent {len(values)} times"
        _check_value(known[key], values[0])
    named = {one["name"].lower() for one in verb["parameters"] if one["in"] == "header"}
    assert {header for header in headers if header.startswith("x-amzn-")} <= named


def _check_value(parameter: dict[str, Any], value: str) -> None:
    values: list[Any] = value.split(",") if parameter["type"] == "array" else [value]
    schema = parameter["items"] if parameter["type"] == "array" else parameter
    if schema["type"] == "integer":
        values = [int(one) for one in values]
    for one in values:
        plain = {
            key: content for key, content in schema.items() if key in ("type", "enum", "minimum", "maximum", "format")
        }
        if schema["type"] != "boolean":
            jsonschema.Draft4Validator(plain, format_checker=_FORMATS).validate(one)
        else:
            assert one in ("true", "false")
    assert len(values) <= parameter.get("maxItems", len(values))


_FORMATS = jsonschema.FormatChecker(formats=())


@_FORMATS.checks("date-time")
def _date_time(value: object) -> bool:
    import datetime as dt

    if not isinstance(value, str):
        return True
    try:
        return dt.datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


@_FORMATS.checks("int32")
def _int32(value: object) -> bool:
    return not isinstance(value, int) or -(2**31) <= value < 2**31
