"""The register of groups: lists that an owner pastes or uploads, compared with what is planned, and written out again.

Nothing here writes to the plan; `salon.registering` does.
"""
