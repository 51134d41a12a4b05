"""What may be done: roles, scope, the action table and the commands."""
