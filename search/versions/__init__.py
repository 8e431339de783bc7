"""Which version of a story stands, whatever order its versions arrive in. Pure; both stores use it."""
