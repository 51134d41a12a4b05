"""Tests of what the benchmarks stand on, and of the plans that they look at."""
