"""What Telegram has handed over: on the disk until it is answered, answered once."""
