"""`a2z fetch --images`: the pictures of the listing are evidence, and are not fetched twice within their age."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

from PIL import Image
from support.homes import environment

from a2z_defense.base.clock import SystemMonotonic
from a2z_defense.base.config import Account, Settings
from a2z_defense.jobs.check import judge
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.model.evidence import EvidenceKind
from a2z_defense.sandbox.server import Sandbox
from a2z_defense.sandbox.synthetic import NOW, synthetic_answers, synthetic_claim, write_mbox

CLAIM = synthetic_claim(0)


def test_pictures_of_the_listing_become_exhibits_of_the_claim(tmp_path: Path) -> None:
    write_mbox(tmp_path / "mails.mbox", 1)
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
    answers = synthetic_answers(1)
    answers.pictures["main.jpg"] = out.getvalue()
    place = CLAIM.marketplace.id
    with Sandbox(answers=answers, scale=100, polls_until_done=1) as box:
        link = f"{box.endpoint}/images/I/main.jpg"
        answers.catalog[CLAIM.thing.asin] = {
            "asin": CLAIM.thing.asin,
            "summaries": [{"marketplaceId": place, "itemName": "Kaffeemühle"}],
            "images": [
                {"marketplaceId": place, "images": [{"variant": "MAIN", "link": link, "height": 1, "width": 1}]}
            ],
        }
        settings = Settings(accounts={"main": Account(region="eu")})
        found = replace(
            environment(tmp_path, now=NOW, settings=settings, **box.credentials), monotonic=SystemMonotonic()
        )
        mail = (str(tmp_path / "mails.mbox"),)
        fetch(found, FetchWanted(mail=mail))
        assert box.count("image") == 0
        done = fetch(found, FetchWanted(images=True))
        assert [claim.evidence_added for claim in done.answer.claims] == [1]
        fetch(found, FetchWanted(images=True))
        assert (box.count("image"), box.count("getCatalogItem")) == (1, 1)
    gathered = judge(found, CLAIM.order_id).gathered
    (picture,) = [one for one in gathered.case.evidence if one.kind is EvidenceKind.LISTING_IMAGE]
    assert gathered.body(picture.id) == out.getvalue()
    assert (picture.media_type, picture.provenance.origin) == ("image/jpeg", link)
