"""A small data centre in network namespaces, its faults, and a judge of its screens."""
