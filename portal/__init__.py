"""The gemensam ingång: named staff read a consenting person's plans, and every read proves itself."""
