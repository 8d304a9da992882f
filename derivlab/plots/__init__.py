"""Pictures of records: each Display holds a record and draws it on axes it is given."""
