"""What rules look at: a student's code, its Functions, live values, the graph behind them."""
