"""What an operator watches: whether the city is set up, and how the work goes."""
