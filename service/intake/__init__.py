"""Files of the watched folder become recordings. docs/intake.md says how, and what each refusal means."""
