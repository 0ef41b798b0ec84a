"""A clash in words, as a caseworker would say it to a colleague, one language a file.

A sentence names every agency, date and figure of its clash, and claims that something is missing only
"in the plans you may read". Names and titles pass through as they were written: a page must escape them.
"""
