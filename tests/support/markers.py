"""Copies of the examples in which every field that may name somebody holds a marker of its own.

What counts as harmless is listed, field by field, in `PUBLIC`; whatever is not listed is taken to be personal, so a new
field of a scenario is searched for from its first day. Equal values get equal markers, so that names and places still
agree with each other and the claims are judged as before.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image, PngImagePlugin

from a2z_defense.readers.mail.trust import canonical_body

PUBLIC = frozenset(
    {
        # ids, codes and states: what a2z works with, and what an answer to Amazon names
        *(
            "orderId",
            "AmazonOrderId",
            "SellerOrderId",
            "marketplaceId",
            "marketplace_id",
            "marketplaceName",
            "channelName",
        ),
        *(
            "MarketplaceName",
            "orderItemId",
            "OrderItemId",
            "OrderAdjustmentItemId",
            "asin",
            "sellerSku",
            "SellerSKU",
            "sku",
        ),
        *(
            "packageReferenceId",
            "trackingNumber",
            "trackingId",
            "tracking_number",
            "TrackingId",
            "alternateLegTrackingId",
        ),
        *(
            "ShipmentId",
            "carrier",
            "CarrierName",
            "service",
            "shippingService",
            "ShippingServiceName",
            "ShippingServiceId",
        ),
        *(
            "ShippingServiceOfferId",
            "event",
            "eventCode",
            "leg",
            "schema",
            "status",
            "Status",
            "detailedStatus",
            "forward",
        ),
        *("fulfillmentStatus", "fulfilledBy", "fulfillmentServiceLevel", "fulfillmentType", "shipmentType", "type"),
        *("conditionType", "conditionSubtype", "addressType", "countryCode", "CountryCode", "country", "left_with"),
        *("FeeType", "ChargeType", "href", "productType", "itemClassification", "variant", "language_tag", "Checksum"),
        *("IncludedBenefits", "DeliveryExperience", "FileType", "LabelFormat", "Unit", "targetCondition"),
        *("accountHealthRatingStatus", "ahrStatus"),
        # instants and money
        *("createdTime", "lastUpdatedTime", "earliestDateTime", "latestDateTime", "shipTime", "time", "eventTime"),
        *("PostedDate", "promisedDeliveryDate", "CreatedDate", "LastUpdatedDate", "LatestEstimatedDeliveryDate"),
        *("ShipDate", "createdDate", "lastUpdatedDate", "reportingDateFrom", "reportingDateTo"),
        *("amount", "currencyCode", "CurrencyCode"),
    }
)
"""Names of fields that name nobody, in any of Amazon's answers and the carriers' files."""
PUBLIC_COLUMNS = frozenset(
    {
        *("Order ID", "Order date", "Return request date", "Return request status", "Amazon RMA ID", "Label type"),
        *("Label cost", "Currency code", "Return carrier", "Tracking ID", "Label to be paid by", "A-to-Z Claim"),
        *("Is prime", "ASIN", "Merchant SKU", "Return quantity", "In policy", "Return type", "Return delivery date"),
        *("Order Amount", "Order quantity", "SafeT claim state", "SafeT claim creation time", "Refunded Amount"),
        *("SafeT claim reimbursement amount", "Return Reason"),
        *("tracking_number", "carrier", "service", "event", "time", "leg", "country", "left_with"),
    }
)
"""Columns of the returns report and of the carriers' tables that name nobody."""
CLOSED = frozenset(
    {
        # carriers and their services
        *("BRT", "Amazon Shipping", "DPD", "Poczta Polska", "Australia Post", "An Post", "Australia Post Parcel Post"),
        *("Aramex", "Canada Post", "Deutsche Post", "PostNL", "DHL Paket", "DPD Classic", "Einschreiben", "Espresso"),
        *("Domestic", "Expedited", "Expedited Parcel", "MyPack Home", "Pakket", "Parcel Post", "Pocztex", "Standard"),
        *("bpack", "synthetic-offer"),
        # words of Amazon's own lists
        *("Approved", "C-Returns", "Completed", "Customer", "Seller", "Delivered", "Departed", "Undeliverable"),
        *("Inaccurate website description", "No longer needed", "Performance or quality not adequate"),
    }
)
"""Values of the examples that name nobody."""
HARMLESS = re.compile(
    r"[\d.,:;+/ -]*"  # numbers, days, hours
    r"|[-+]?\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)"
    r"|[A-Z0-9]+([_ ./-]+[A-Z0-9]+)*"  # ids, codes, states
    r"|[a-z]+(_[a-z]+)*|[a-z]+([A-Z][a-z]+)+|([A-Z][a-z]+){2,}"  # Amazon's and our own closed words
    r"|\d\d-[A-Z][a-z]{2}-\d{4}|D[A-Za-z\d]{6,}RMA"
    r"|Amazon(\.[a-z]+)+|Purchased|Principal|Commission|[a-z]{2}_[A-Z]{2}|[0-9a-f-]{36}|[\w+/]{22}=="
    r"|/messaging/v1/[\w/?=-]+|a2z-carrier-file/1|application/pdf|SPC-(EU|US)Amazon-\d+"
    r"|(# )?\d{3}-\d{7}-\d{7}:?|(Order ID|Request date): [\d-]+|[A-Z]{3} [\d.]+"
)
"""What a value that carries no marker may look like: nothing that could be a person's name, words, street or mail."""
AMAZONS_HEADERS = frozenset(
    {
        *("date", "mime-version", "content-type", "content-transfer-encoding", "authentication-results"),
        *("dkim-signature", "received", "return-path", "x-space-notification-type", "x-marketplace-id"),
    }
)
"""Headers that say how a mail travelled; the addresses in them are marked by replacing them."""


_CODE = re.compile(r"[a-z]+([A-Z][a-z]+)+")
"""The name of an action, like confirmDeliveryDetails."""


@dataclass
class Planter:
    """Marks values and remembers where each marker stands."""

    where: dict[str, str] = field(default_factory=dict)
    """Marker to the place of its first use."""
    _of: dict[str, str] = field(default_factory=dict)

    def mark(self, value: str, place: str) -> str:
        """The marker of a value."""
        if value not in self._of:
            self._of[value] = f"xq{len(self.where):05d}zq"
            self.where[self._of[value]] = place
        return self._of[value]

    def with_mark(self, value: str, place: str, gap: str = " ") -> str:
        return f"{value}{gap}{self.mark(value, place)}"

    def json(self, found: Any, place: str, key: str = "") -> Any:
        """The same answer with a marker in every personal string."""
        match found:
            case dict():
                return {name: self.json(value, f"{place}.{name}", name) for name, value in found.items()}
            case list():
                return [self.json(value, place, key) for value in found]
            case str() if found and key not in PUBLIC and not _CODE.fullmatch(found):
                if "@" in found and " " not in found:
                    local, _, domain = found.partition("@")
                    return f"{self.alias(local)}@{domain}"
                return self.with_mark(found, place)
        return found

    def alias(self, local: str) -> str:
        """The local part of an address; a relay alias's part after the plus sign is Amazon's own mark."""
        alias, plus, rest = local.partition("+")
        return f"{self.with_mark(alias, 'an address', '')}{plus}{rest}"

    def table(self, text: str, place: str, delimiter: str) -> str:
        """The same table with a marker in every personal cell that holds something."""
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
        head = rows[0]
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
        writer.writerow(head)
        for row in rows[1:]:
            cells = zip(head, row, strict=True)
            writer.writerow(
                [self.with_mark(v, f"{place} {n}") if v and n not in PUBLIC_COLUMNS else v for n, v in cells]
            )
        return out.getvalue()


def plant(source: Path, target: Path) -> Planter:
    """Copy a folder of examples (`scenarios/`, `account/`), marked, to `target`."""
    shutil.copytree(source, target)
    planter = Planter()
    for path in sorted(target.rglob("*")):
        place = path.relative_to(target).as_posix()
        match path.suffix:
            case ".json":
                marked = planter.json(json.loads(path.read_text(encoding="utf-8")), place)
                path.write_text(json.dumps(marked, ensure_ascii=False, indent=1), encoding="utf-8")
            case ".tsv" | ".csv":
                text = path.read_text(encoding="utf-8")
                delimiter = "\t" if path.suffix == ".tsv" else ","
                path.write_text(planter.table(text, place, delimiter), encoding="utf-8")
            case ".eml":
                path.write_bytes(mail(planter, path.read_bytes(), place))
            case ".jpg" | ".png":
                picture(planter, path, place)
            case ".pdf":
                paper(planter, path, place)
        if path.parent.name in ("mail", "files"):
            path.rename(path.with_stem(f"{path.stem}-{planter.mark(place, f'{place}, the file name')}"))
    for path in sorted(target.glob("scenarios/*/scenario.toml")):
        story(planter, path)
    return planter


def story(planter: Planter, path: Path) -> None:
    """A scenario's own file: the marked names of its files, and markers in what the seller says."""
    text = path.read_text(encoding="utf-8")
    names = {planter_name.name: planter_name for planter_name in (path.parent / "files").glob("*")}
    for name in names:
        plain = re.sub(r"-xq\d+zq", "", name)
        text = text.replace(f'"files/{plain}"', f'"files/{name}"')
    for table, key in (("attach", "note"), ("state", "value")):
        for said in tomllib.loads(text).get(table, ()):
            word = said.get(key, "")
            if word and not re.fullmatch(r"[a-z_]+", word):  # such a value is one of a closed choice
                text = text.replace(
                    f'{key} = "{word}"', f'{key} = "{planter.with_mark(word, f"{path.parent.name} {key}")}"'
                )
    path.write_text(text, encoding="utf-8")


def picture(planter: Planter, path: Path, place: str) -> None:
    """Markers in what a camera writes beside the picture."""
    with Image.open(path) as image:
        image.load()
        if path.suffix == ".png":
            words = PngImagePlugin.PngInfo()
            for name in ("Author", "Description", "Comment", "Source"):
                words.add_text(name, planter.mark(f"{place} {name}", f"{place} {name}"))
            image.save(path, pnginfo=words)
        else:
            image.save(path, exif=exif(planter, place), comment=planter.mark(f"{place} c", f"{place} comment").encode())


def exif(planter: Planter, place: str) -> Image.Exif:
    """EXIF whose every text field holds a marker."""
    found = Image.Exif()
    # ImageDescription, Make, Model, Software, Artist, HostComputer, Copyright
    for tag in (0x010E, 0x010F, 0x0110, 0x0131, 0x013B, 0x013C, 0x8298):
        found[tag] = planter.mark(f"{place} exif {tag:#x}", f"{place} EXIF {tag:#x}")
    return found


def paper(planter: Planter, path: Path, place: str) -> None:
    """Markers in what a PDF says of itself."""
    with pikepdf.open(path, allow_overwriting_input=True) as found:
        for name in ("/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer"):
            found.docinfo[name] = planter.mark(f"{place} {name}", f"{place} {name}")
        found.save(path)


def mail(planter: Planter, raw: bytes, place: str) -> bytes:
    """A mail with markers in its names, addresses, subject, texts, links and attachments."""
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    boundaries = list(_headers(planter, found, place))
    for name, value in boundaries:
        del found[name]
        found[name] = value
    for part in found.walk():
        if part.get_content_type() in ("text/plain", "text/html"):
            assert isinstance(part, EmailMessage)
            text = part.get_content()
            marked = (
                _html(planter, text, place) if part.get_content_subtype() == "html" else _plain(planter, text, place)
            )
            part.set_content(marked, subtype=part.get_content_subtype(), cte="quoted-printable")
    if "bbc_" in str(found["X-Space-Notification-Type"]).lower():
        found.make_mixed()
        name = f"IMG {planter.mark(f'{place} attachment', f'{place}, the name of its attachment')}.jpg"
        found.add_attachment(photo(planter, place), maintype="image", subtype="jpeg", filename=name)
    return _signed(found.as_bytes())


def _signed(raw: bytes) -> bytes:
    """The mail with the body's hash mended, as the sender would have written it: else it would count as altered."""
    digest = base64.b64encode(hashlib.sha256(canonical_body(raw, relaxed=True)).digest())
    return re.sub(rb"bh=[\w+/=]+", b"bh=" + digest, raw, count=1)


def photo(planter: Planter, place: str) -> bytes:
    """A small photo with marked EXIF."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "white").save(out, "JPEG", exif=exif(planter, f"{place} photo"))
    return out.getvalue()


def _headers(planter: Planter, found: EmailMessage, place: str) -> Iterator[tuple[str, Any]]:
    for name, value in found.items():
        low = name.lower()
        if low in ("from", "to", "reply-to", "sender", "cc"):
            yield name, [_address(planter, one, f"{place} {name}") for one in getattr(value, "addresses", ())]
        elif low in ("message-id", "in-reply-to", "references", "return-path"):
            yield name, _ids(planter, str(value), f"{place} {name}")
        elif low not in AMAZONS_HEADERS:
            yield name, planter.with_mark(str(value), f"{place} {name}")


def _ids(planter: Planter, value: str, place: str) -> str:
    return re.sub(r"<([^@>]+)@", lambda found: f"<{planter.with_mark(found[1], place, '')}@", value)


def _address(planter: Planter, one: Address, place: str) -> Address:
    from_amazon = re.search(r"(^|\.)amazon\.[a-z]{2,3}(\.[a-z]{2})?$", one.domain) and "marketplace" not in one.domain
    name = planter.with_mark(one.display_name, f"{place} name") if one.display_name else ""
    if from_amazon:
        return Address(one.display_name, one.username, one.domain)
    return Address(name, planter.alias(one.username), one.domain)


def _plain(planter: Planter, text: str, place: str) -> str:
    lines = []
    for line in text.splitlines():
        is_label = re.match(r"^\s*(-{3,}|\S+ ?: )", line) is not None
        marked = _addresses(planter, line, place) if is_label else planter.with_mark(line, f"{place} text")
        lines.append(marked if line.strip() else line)
    return "\n".join(lines) + "\n"


def _addresses(planter: Planter, line: str, place: str) -> str:
    """A line of a forwarded mail's header: its addresses are marked, but for Amazon's own."""

    def one(found: re.Match[str]) -> str:
        address = Address("", found[1], found[2])
        return _address(planter, address, place).addr_spec

    return re.sub(r"([\w.+-]+)@([\w.-]+\w)", one, line)


def _html(planter: Planter, html: str, place: str) -> str:
    def words(found: re.Match[str]) -> str:
        return "\n".join(_words(line) for line in found[1].split("\n"))

    def _words(line: str) -> str:
        bare = line.strip()
        if not re.search(r"[^\W\d_]{2,}", bare) or bare.startswith("---") or bare[-1].isdigit():
            return line
        return planter.with_mark(line.rstrip(), f"{place} text")

    head, body_tag, body = html.partition("<body")
    marked = re.sub(r"(?<=>)([^<>]+)(?=<)", words, body)
    linked = re.sub(
        r"(token|signature|[RS])=(\w{12,})", lambda m: f"{m[1]}={planter.with_mark(m[2], place, '')}", marked
    )
    return head + body_tag + linked
