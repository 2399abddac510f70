"""Reads each uploaded chest X-ray: its pneumonia risk, a marked image, an anonymized image, one row."""
