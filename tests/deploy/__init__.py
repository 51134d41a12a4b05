"""What stands around the product: nginx, units, a cluster on one machine."""
