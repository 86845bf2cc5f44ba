"""What the documents are tested with: an assessment beside a built case, invented bytes, and readings of PDFs."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from a2z_defense.documents.interface import Printed
from a2z_defense.model.assessment import (
    Ask,
    Assessment,
    Deadline,
    DeadlineKind,
    Decided,
    DefenceRef,
    Item,
    ItemState,
    Level,
    Status,
)
from a2z_defense.model.case import Case, ClaimReason, ReasonSource
from a2z_defense.model.evidence import EvidenceKind
from a2z_defense.model.mail import Reason
from support import cases

PRINTED = Printed(
    seller_name="Bottega Inventata S.r.l.",
    seller_address=("Via delle Prove 1", "20199 Mulino Finto"),
    seller_zone="Europe/Rome",
    policy_digest="12" * 32,
    journal_head="ab" * 32,
    journal_length=12,
    manifest_digest="cd" * 32,
    version=3,
)


def assessed(case: Case, **more: Any) -> Assessment:
    """What a policy could say of the default story: defend, delivered."""
    notice = case.notices[0].evidence if case.notices else None
    known: dict[str, Any] = {
        "claim_id": case.claim_id,
        "order_id": case.order_id,
        "marketplace": "IT",
        "marketplace_id": case.marketplace_id,
        "reason": ClaimReason(key=Reason.NOT_RECEIVED, source=ReasonSource.STATED, exhibit=notice),
        "amount": cases.money("119.00 EUR"),
        "amount_exhibit": notice,
        "status": Status.OPEN,
        "deadline": Deadline(
            kind=DeadlineKind.RESPONSE,
            at=cases.at("03-15 07:00"),
            act_by=cases.at("03-14 07:00"),
            rule="response-48h",
            rule_text="the notice states no limit: act within 48 hours",
            source="an invented help page",
            started_at=cases.at("03-12 07:00"),
            started_by=notice,
        ),
        "decision": Decided.DEFEND,
        "decision_why": "Delivered at the address on the order, signed for.",
        "defence": DefenceRef(id="delivered", title="Delivered"),
        "asks": Ask(funding="deny", odr="exclude"),
    }
    return Assessment(**(known | more))


def item(item_id: str, state: ItemState = ItemState.HELD, *, exhibit: str | None = None, **more: Any) -> Item:
    """One catalogue item."""
    known: dict[str, Any] = {"title": f"Title of {item_id}", "why": f"Why {item_id}", "how_to_get": f"Get {item_id}"}
    return Item(id=item_id, level=more.pop("level", Level.REQUIRED), state=state, exhibit=exhibit, **(known | more))


def photo(width: int = 640, height: int = 400, *, form: str = "JPEG", exif: bytes = b"", seed: int = 1) -> bytes:
    """An invented picture: a gradient with a mark in its upper left corner."""
    shade = Image.linear_gradient("L").resize((width, height))
    made = Image.merge("RGB", (shade, shade.point(lambda v: 255 - v), shade.point(lambda v: (v * (seed + 1)) % 256)))
    made.paste((255, 0, 0), (0, 0, width // 4, height // 4))
    out = io.BytesIO()
    made.save(out, form, **({"exif": exif} if exif else {}))
    return out.getvalue()


def camera_exif(orientation: int) -> bytes:
    """EXIF with an orientation, a time and a place."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(0x8769)[0x9003] = "2026:03:06 12:21:00"
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (45.0, 27.0, 30.0), "W", (9.0, 10.0, 0.0)
    return exif.tobytes()


def mail_bytes(text: str = "An invented notice about your order.\nPlease answer.") -> bytes:
    """A raw mail."""
    head = "From: a@example.com\nSubject: invented\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
    return f"{head}{text}\n".encode()


def bodies(case: Case, **own: bytes) -> Callable[[str], bytes]:
    """Bytes for each piece; `own` by the name that the id was made from (`file_pod` is `file pod`)."""
    by_id = {cases.ev(name): body for name, body in own.items()} | {
        cases.ev(name.replace("__", ".").replace("_", " ")): body for name, body in own.items()
    }

    def body_of(evidence: str) -> bytes:
        if evidence in by_id:
            return by_id[evidence]
        piece = case.piece(evidence)
        assert piece is not None, evidence
        if piece.kind is EvidenceKind.MAIL:
            return mail_bytes()
        return b"an invented note" if piece.kind is EvidenceKind.FILE else b'{"invented": true}'

    return body_of


def words_of(pdf: bytes, folder: Path, *, page: int | None = None) -> str:
    """The text of a PDF, spaces made single: by poppler, which has no part in making it."""
    path = folder / "read.pdf"
    path.write_bytes(pdf)
    pages = ["-f", str(page), "-l", str(page)] if page else []
    run = subprocess.run(["pdftotext", *pages, str(path), "-"], capture_output=True, check=True)
    return " ".join(run.stdout.decode().split())
