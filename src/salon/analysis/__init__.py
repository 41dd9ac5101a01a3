"""What can be told from a discussion without a language model: pure functions, messages in, findings out.

Nothing in here knows a clock, a file or a socket, and nothing depends on the hash seed, locale or timezone.
`docs/reports.md` says what each part contributes.
"""
