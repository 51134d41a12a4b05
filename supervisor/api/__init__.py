"""The supervisors' REST API (interface, HTTP): parse, call one command, answer."""
