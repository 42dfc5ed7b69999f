"""A local Telegram: the Bot API on loopback, and the clients that talk to it."""
