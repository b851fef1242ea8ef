"""SQL is the truth and the queue. One file per question asked of the data; Redis (`losable.py`) may be lost."""
