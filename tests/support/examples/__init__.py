"""Makes the mails, answers and files of examples/scenarios; `python -m support.examples` writes them again."""
