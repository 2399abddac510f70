"""Pneumonia risk of a child's chest X-ray: a small demonstration model, not a medical device (see MODEL_CARD.md)."""
