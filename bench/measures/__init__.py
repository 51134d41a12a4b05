"""One file per measure of the table in docs/benchmarks.md."""
