"""What the product costs, measured beside its limit in the same run."""
