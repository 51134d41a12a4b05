"""What is seen: the hub, its sockets, the snapshot and the floor page."""
