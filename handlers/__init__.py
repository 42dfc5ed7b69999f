"""One module per command: read the text, run one job, render the reply."""
