"""The push path: from the commit to what is on a screen."""
