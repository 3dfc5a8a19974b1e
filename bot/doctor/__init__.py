"""`minhu doctor`: checks everything that Minhu needs, and says what to do."""
