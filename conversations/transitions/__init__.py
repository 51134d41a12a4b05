"""The only writers of state (architecture, step 3).

Each public function here is one transition: it takes a `Scene` (locked rows and the
time) inside its caller's transaction, guards, writes and records one event.
"""
