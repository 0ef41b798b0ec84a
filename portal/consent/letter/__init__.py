"""The letter that confirms to a person that a consent has been taken back: its words, what fills it in, and the PDF."""
