"""Mathematics, jail, judge and progress; knows nothing of Telegram."""
