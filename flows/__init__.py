"""The clock of the house: one Prefect flow per moment, and `plan_week`. Prefect lives here and nowhere else."""
