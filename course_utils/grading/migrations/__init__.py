"""How an older gradebook becomes one of this version (Alembic): each module of `versions` is one step."""
