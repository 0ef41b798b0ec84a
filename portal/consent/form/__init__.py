"""The printed consent form: made for one person and one cooperation, in the person's language."""
