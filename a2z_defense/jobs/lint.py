"""`a2z lint`: the wording rules over a text; with a claim, also every sentence that no exhibit of it supports."""

from __future__ import annotations

from a2z_defense.base.environment import Environment
from a2z_defense.jobs.assess import tables_of
from a2z_defense.jobs.check import judge
from a2z_defense.policy.lint import Finding, languages, lint, unsupported


def lint_text(
    environment: Environment, text: str, *, audience: str, language: str, claim: str = ""
) -> tuple[Finding, ...]:
    """Every place in `text` that breaks a rule, in order of the lines. With `claim` the text is also held against what
    a2z itself would write from that claim's evidence. Raises NoSuchClaim, UsageError."""
    found = lint(text, audience=audience, language=language, tables=tables_of(environment))
    if claim:
        found += unsupported(text, supported_sentences(environment, claim, language))
    return tuple(sorted(found, key=lambda finding: finding.line))


def spoken(environment: Environment, language: str) -> bool:
    """True when the wording rules have phrases for the language."""
    return language.casefold()[:2] in languages(tables_of(environment))


def supported_sentences(environment: Environment, claim: str, language: str) -> frozenset[str]:
    """Every sentence of the claim's answer, appeal and message to the buyer: each rests on exhibits."""
    from a2z_defense.documents.appeal import Appeal, appeal_lines
    from a2z_defense.documents.facts import Facts
    from a2z_defense.documents.interface import Printed
    from a2z_defense.documents.response import response_lines
    from a2z_defense.documents.sentences.writer import Writer
    from a2z_defense.documents.views.buyer import buyer_message, why_not

    judged = judge(environment, claim)
    case, assessment = judged.gathered.case, judged.assessment
    templates = environment.settings.files.templates
    answers = [
        response_lines(case, assessment, Printed(), language, templates=templates),
        response_lines(case, assessment, Printed(), language, as_is="asked", templates=templates),
        appeal_lines(case, assessment, Printed(), language, appeal=Appeal(), templates=templates),
    ]
    writer = Writer(Facts(case, assessment), language, templates=templates)
    message = set(buyer_message(writer, draft=False).splitlines()) - set(why_not(writer, draft=False))
    return frozenset(message | {sentence.text for answer in answers for sentence in answer.sentences})
