"""What experiments/reproduce is made of."""
