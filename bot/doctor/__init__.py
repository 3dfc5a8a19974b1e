"""`minhu doctor`: looks at everything that Minhu needs, and says what to do."""
