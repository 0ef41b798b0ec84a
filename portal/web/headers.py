"""What every answer tells the browser: load nothing from elsewhere, run nothing inline, keep nothing, stay unframed.

Pages are written without inline script or style, so the policy allows neither. Sources: OWASP ASVS 5.0 chapter 3.4,
W3C Content Security Policy Level 3, W3C Trusted Types.
"""

from collections.abc import Iterable

from flask import Flask, Response

_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_TWO_YEARS = 63_072_000


def content_security_policy(form_origins: Iterable[str] = ()) -> str:
    """The policy; ``form_origins`` are the sign-in providers a form's answer may lead on to."""
    return "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "script-src 'self'",
            "img-src 'self'",
            " ".join(("form-action 'self'", *sorted(form_origins))),
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "connect-src 'self'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def install_headers(app: Flask, *, is_secure: bool, form_origins: Iterable[str] = ()) -> None:
    """Set the headers on every answer of ``app``; ``is_secure`` says that it is served over TLS."""
    fixed = {**_FIXED, "Content-Security-Policy": content_security_policy(form_origins)}
    if is_secure:
        fixed["Strict-Transport-Security"] = f"max-age={_TWO_YEARS}; includeSubDomains"

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers.update(fixed)
        # Only what says so itself (the static bundles) may be kept; forgetting to say keeps nothing.
        response.headers.setdefault("Cache-Control", "no-store")
        return response
