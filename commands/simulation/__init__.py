"""A synthetic dealership lived through on a virtual clock: what `python app.py simulate` is made of."""
