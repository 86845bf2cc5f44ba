"""What to do next about a claim: one rule for `alert`, `list`, `check`, `show` and the digest. Stdlib only, `alert`
imports it."""

from __future__ import annotations

APPEAL_RESULT = "appeal_result"
"""The clock of a claim whose appeal Amazon has not answered yet."""


def next_command(claim_id: str, kind: str, blockers: int, built: int | None) -> str:
    """The one command to run next for a claim whose deadline is of that kind. `built`: the final version that was not
    recorded as sent. What is built is shown, to be pasted: it is recorded only when it was sent."""
    if kind == "check":
        return f"a2z record {claim_id} seen --tab under-review"
    if built is not None:
        return f"a2z show {claim_id} --answer"
    if not blockers:
        return f"a2z build {claim_id}{' --appeal' if kind == 'appeal' else ''}"
    return f"a2z check {claim_id}"


def record_command(claim_id: str, kind: str, version: int) -> str:
    """The command that records the answer, or the appeal, once it was sent."""
    done = "appealed" if kind == "appeal" else "responded"
    return f"a2z record {claim_id} {done} --version {version} --proof SCREENSHOT"


def next_words(
    claim_id: str, kind: str, *, status: str, blockers: int, built: int | None, appealed: bool, soon: bool = False
) -> str:
    """The same in a sentence, for somebody who has just seen the claim's check. `soon`: little or no time is left."""
    command = next_command(claim_id, kind, blockers, built)
    if kind == "check":
        return f"look at the claim in Seller Central, then {command} (or action-required, with --due)"
    if kind == "none":
        if appealed:
            return f"Amazon decides about the appeal; if no mail tells, a2z record {claim_id} reversed, or upheld"
        if status == "answered":
            return f"Amazon decides; if no mail tells, a2z record {claim_id} granted, or denied, withdrawn, closed"
        if status in ("decided", "closed"):
            return "nothing is left to do here"
    if built is not None:
        return f"{command} shows v{built}, to be pasted into Seller Central and then recorded"
    if blockers:
        draft = f"a2z build {claim_id}{' --appeal' if kind == 'appeal' else ''}"
        as_is = f", and {draft} --send-as-is REASON an answer of what is supported" if soon else ""
        return f"get what blocks it; {draft} makes a draft{as_is}"
    return command
