"""GET_V2_SELLER_PERFORMANCE_REPORT to the counts of the order defect rate of seller-fulfilled orders."""

from __future__ import annotations

from a2z_defense.model.evidence import Piece
from a2z_defense.model.finances import AccountHealth
from a2z_defense.readers.fields import child, decimal, integer, load, rows, text, unreadable


def read_account_health(piece: Piece, marketplace_id: str | None = None) -> AccountHealth:
    """The counts for `marketplace_id`, or for the only marketplace in the report.

    Raises Unreadable when the report holds no performance metrics, or several marketplaces and none was named.
    """
    report = load(piece)
    if not isinstance(child(report, "performanceMetrics"), list):
        raise unreadable(piece, "a report without performance metrics")
    wanted = marketplace_id or _marketplace_of(piece)
    metrics = rows(report, "performanceMetrics")
    if wanted:
        metrics = [row for row in metrics if text(row, "marketplaceId") == wanted]
    if len(metrics) != 1:
        raise unreadable(piece, f"a report with {len(metrics)} marketplaces to choose from")
    rate = child(metrics[0], "orderDefectRate", "mfn")
    target = decimal(child(rate, "targetValue"))
    return AccountHealth(
        evidence=piece.evidence.id,
        marketplace_id=text(metrics[0], "marketplaceId"),
        order_count=integer(rate, "orderCount"),
        defect_count=integer(rate, "orderWithDefects", "count"),
        claim_count=integer(rate, "claims", "count"),
        target=f"{target:f}" if target is not None else None,
        date_from=text(rate, "reportingDateRange", "reportingDateFrom"),
        date_to=text(rate, "reportingDateRange", "reportingDateTo"),
    )


def _marketplace_of(piece: Piece) -> str | None:
    """The subject of the evidence is the marketplace that the report was asked for."""
    return piece.evidence.subject.partition("#")[0] or None
