"""What may happen, as small pure rules: each is asked inside the journal's transaction what to add."""
