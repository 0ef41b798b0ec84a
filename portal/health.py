"""Whether the portal is alive, and whether it is ready: for a load balancer, with nothing in it about anybody."""

from flask import Blueprint, Response, jsonify
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from audit.signer import oldest_unsigned_age
from portal import schema
from portal.database import Desk
from portal.web.access import open_to_everybody
from portal.web.signed_in import wired

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@open_to_everybody
def alive() -> Response:
    """The process answers."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
@open_to_everybody
def ready() -> tuple[Response, int]:
    """Database, schema, keys and trail are as reading needs them; else 503 and which is not."""
    wiring = wired()
    checks = {"database": False, "schema": False, "keys": False, "trail": False}
    try:
        with wiring.engine(Desk.READING).connect() as connection:
            connection.execute(select(1))
            checks["database"] = True
            checks["schema"] = schema.is_at_head(connection)
            limit = wiring.settings.trail.stop_reads_after_seconds
            checks["trail"] = oldest_unsigned_age(connection, wiring.now()).total_seconds() <= limit
        checks["keys"] = wiring.keyring.trail_mac(b"ready") != b""
    except SQLAlchemyError:
        pass
    is_ready = all(checks.values())
    return jsonify(ready=is_ready, **checks), 200 if is_ready else 503
