"""Where somebody is, as an address one can come back to after switching language or signing in again."""

from flask import current_app, request


def address_here() -> str:
    """This page; where a form was sent, the page the form stands on; the start page where there is none.

    A form may be sent to an address that cannot be opened, and nobody is led back to such a one.
    """
    if request.method == "GET":
        return request.full_path.rstrip("?")
    rule = request.url_rule
    can_be_opened = rule is not None and any(
        each.rule == rule.rule and "GET" in (each.methods or ()) for each in current_app.url_map.iter_rules()
    )
    return request.path if can_be_opened else "/"
