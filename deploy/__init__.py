"""What stands around the product: nginx, and all of it on one machine."""
