"""Makes the mails, answers and files of examples/scenarios; `python -m tests.support.examples` writes them again."""
