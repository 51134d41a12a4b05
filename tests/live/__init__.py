"""What every open socket stands on."""
