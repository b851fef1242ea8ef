"""The bodies of the commands of `python app.py …`, one file each; only app.py imports them."""
