"""Health of an installation: the setup of the city, the database server, the work queues."""
