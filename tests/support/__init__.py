"""What tests share: builders, desks, and people who talk."""
