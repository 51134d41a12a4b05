"""Who someone is: roles, tokens, logging in."""
