"""One source, two notebooks: `solutions/NN_slug.py` becomes the lab and the executed solution."""
