"""What the report's templates are filled with: texts, numbers already formatted, places already worked out."""

from salon.report_view.brief import brief_of
from salon.report_view.quoting import View, anchor
from salon.report_view.steps import Step, steps_of
from salon.report_view.telling import view_of

__all__ = ["Step", "View", "anchor", "brief_of", "steps_of", "view_of"]
