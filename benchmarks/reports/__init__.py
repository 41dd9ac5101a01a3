"""What reports cost, and what each part of the analysis contributes."""
