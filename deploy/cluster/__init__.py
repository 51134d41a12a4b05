"""`make run-cluster`: many processes on one machine, without root or containers."""
