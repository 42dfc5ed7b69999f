"""The running program: command line, configuration, Telegram wiring."""
