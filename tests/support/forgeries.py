"""What somebody with only the database might try: each forgery in SQL, and what the trail then says about it.

Statements are parted by semicolons; {…} are people's references.
"""

from typing import NamedTuple

from tests.support.situation import (
    AUDITOR,
    ENDED,
    EXPIRED,
    OF_OTHERS,
    OPEN,
    PARTLY,
    PROTECTED,
    READER,
    SEALED,
    STAND_IN,
    STRANGER,
    WITHDRAWN,
)

COLLEAGUE, MOVED, PAST = "s-carl", "s-moved", "s-past"


class Forgery(NamedTuple):
    """The statements, who then tries to read whom, and the cause of the refusal."""

    sql: str
    reader: str
    person: str
    cause: str


FORGERIES = {
    "a consent slipped in": Forgery(
        """
            INSERT INTO consents (id, person, valid_from, valid_until, terms, registered_at, registered_by,
            confirmed_at, confirmed_by, content, digest) SELECT 'c-x', '{p-sealed}', valid_from, valid_until,
            terms, registered_at, registered_by, confirmed_at, confirmed_by, content, digest FROM consents WHERE
            id = 'c-p-open';
            INSERT INTO recipients VALUES ('s-anna', '{p-sealed}', 'c-x')
        """,
        READER,
        SEALED,
        "unproven",
    ),
    "a consent moved to somebody else": Forgery(
        "UPDATE consents SET person = '{p-sealed}' WHERE id = 'c-p-open'",
        READER,
        SEALED,
        "unproven",
    ),
    "terms edited": Forgery(
        """
            UPDATE consents SET terms = replace(terms, 's-lina', 's-anna') WHERE id = 'c-p-others';
            INSERT INTO recipients VALUES ('s-anna', '{p-others}', 'c-p-others')
        """,
        READER,
        OF_OTHERS,
        "unproven",
    ),
    "an index row for a recipient": Forgery(
        "INSERT INTO recipients VALUES ('s-anna', '{p-others}', 'c-p-others')",
        READER,
        OF_OTHERS,
        "no_consent",
    ),
    "a withdrawal taken out": Forgery(
        """
            UPDATE consents SET withdrawn_at = NULL, ending = NULL, withdrawal = NULL WHERE id = 'c-p-withdrawn'
        """,
        READER,
        WITHDRAWN,
        "unproven",
    ),
    "a withdrawal put off": Forgery(
        "UPDATE consents SET withdrawn_at = 9000000000000000 WHERE id = 'c-p-withdrawn'",
        READER,
        WITHDRAWN,
        "unproven",
    ),
    "a consent confirmed": Forgery(
        "UPDATE consents SET confirmed_at = 1, confirmed_by = 's-eva' WHERE id = 'c-waiting'",
        READER,
        SEALED,
        "unproven",
    ),
    "dates prolonged": Forgery(
        "UPDATE consents SET valid_until = '2099-12-31' WHERE id = 'c-p-expired'",
        READER,
        EXPIRED,
        "unproven",
    ),
    "protection lifted": Forgery(
        "UPDATE persons SET is_protected = false WHERE ref = '{p-protected}'",
        READER,
        PROTECTED,
        "unproven",
    ),
    "a seal and version of somebody else": Forgery(
        """
            UPDATE persons SET version = (SELECT version FROM persons WHERE ref = '{p-open}'),
            seal = (SELECT seal FROM persons WHERE ref = '{p-open}') WHERE ref = '{p-others}'
        """,
        READER,
        OF_OTHERS,
        "unproven",
    ),
    "a person emptied": Forgery(
        "UPDATE persons SET content = NULL, content_key = NULL WHERE ref = '{p-open}'",
        READER,
        OPEN,
        "unproven",
    ),
    "an ending taken out": Forgery(
        "UPDATE staff SET ended_at = NULL WHERE id = 's-gone'",
        ENDED,
        OPEN,
        "no_standing",
    ),
    "last day taken out": Forgery(
        "UPDATE staff SET active_until = NULL WHERE id = 's-past'",
        PAST,
        OPEN,
        "no_standing",
    ),
    "another role": Forgery(
        "UPDATE staff SET role = 'reader' WHERE id = 's-ulla'",
        AUDITOR,
        OPEN,
        "no_standing",
    ),
    "another agency": Forgery(
        "UPDATE staff SET agency = 'af' WHERE id = 's-omar'",
        STRANGER,
        OPEN,
        "no_standing",
    ),
    "the sign-in of somebody else": Forgery(
        """
            UPDATE staff SET subject_index = (SELECT subject_index FROM staff WHERE id = 's-omar') WHERE id =
            's-anna'
        """,
        READER,
        OPEN,
        "no_standing",
    ),
    "the name of somebody else": Forgery(
        """
            UPDATE staff SET content = (SELECT content FROM staff WHERE id = 's-bo') WHERE id = 's-anna'
        """,
        READER,
        OPEN,
        "no_standing",
    ),
    "a stand-in slipped in": Forgery(
        """
            INSERT INTO stand_ins (id, absent, "by", from_day, until_day, version, seal) SELECT 'si-x', absent,
            's-carl', from_day, until_day, version, seal FROM stand_ins WHERE id = 'si-1'
        """,
        COLLEAGUE,
        OPEN,
        "no_consent",
    ),
    "a stand-in prolonged": Forgery(
        "UPDATE stand_ins SET until_day = '2099-12-31' WHERE id = 'si-past'",
        COLLEAGUE,
        OPEN,
        "no_consent",
    ),
    "a stand-in given to a colleague": Forgery(
        """UPDATE stand_ins SET "by" = 's-carl' WHERE id = 'si-1'""",
        COLLEAGUE,
        OPEN,
        "no_consent",
    ),
    "a stand-in given to another agency": Forgery(
        """UPDATE stand_ins SET "by" = 's-omar' WHERE id = 'si-1'""",
        STRANGER,
        OPEN,
        "no_consent",
    ),
    "a stand-in for somebody else": Forgery(
        "UPDATE stand_ins SET absent = 's-moved' WHERE id = 'si-1'",
        STAND_IN,
        OPEN,
        "no_consent",
    ),
}

# Of a person's records and details: the statements, and the persons who must close for it. Anna reads all of them.
RECORD_FORGERIES = {
    "an item moved to an agency I may read": ("UPDATE items SET agency = 'af' WHERE id = 'pl-region-p-partly'", PARTLY),
    "an item moved to a category I may read": (
        "UPDATE items SET agency = 'af', category = 'planning' WHERE id = 'n-p-partly'",
        PARTLY,
    ),
    "an item hidden at an agency I may not read": (
        "UPDATE items SET agency = 'region' WHERE id = 'pl-af-p-partly'",
        PARTLY,
    ),
    "an item moved to a person I may read": (
        "UPDATE items SET person = '{p-partly}' WHERE id = 'pl-af-p-others'",
        PARTLY,
    ),
    "an item moved between two persons I may read": (
        "UPDATE items SET person = '{p-partly}' WHERE id = 'n-p-open'",
        OPEN,
        PARTLY,
    ),
    "an item taken away": ("DELETE FROM items WHERE id = 'a-region-p-open'", OPEN),
    "every item taken away": ("DELETE FROM items WHERE person = '{p-open}'", OPEN),
    "an item slipped in": (
        """
            INSERT INTO items (id, person, kind, agency, category, plan, content, digest, version, changed_at,
            changed_by) SELECT 'n-x', person, kind, agency, category, plan, content, digest, version, changed_at,
            changed_by FROM items WHERE id = 'n-p-open'
        """,
        OPEN,
    ),
    "an activity moved to another plan": (
        "UPDATE items SET plan = 'pl-region-p-partly' WHERE id = 'a-af-p-partly'",
        PARTLY,
    ),
    "a plan made a note": ("UPDATE items SET kind = 'note' WHERE id = 'pl-af-p-partly'", PARTLY),
    "an item said to be newer": ("UPDATE items SET version = version + 1 WHERE id = 'pl-af-p-partly'", PARTLY),
    "an item under another id": ("UPDATE items SET id = 'pl-x' WHERE id = 'pl-af-p-partly'", PARTLY),
    "an envelope swapped": (
        """
            UPDATE items SET content = (SELECT content FROM items WHERE id = 'pl-region-p-partly') WHERE id =
            'pl-af-p-partly'
        """,
        PARTLY,
    ),
    "a digest by which an import would know it again": (
        "UPDATE items SET digest = (SELECT digest FROM items WHERE id = 'n-p-partly') WHERE id = 'n-p-open'",
        OPEN,
    ),
    "the digest of the records altered": (
        "UPDATE persons SET records = (SELECT records FROM persons WHERE ref = '{p-partly}') WHERE ref = '{p-open}'",
        OPEN,
    ),
    "the content of somebody else": (
        """
            UPDATE persons SET content = (SELECT content FROM persons WHERE ref = '{p-others}') WHERE ref =
            '{p-partly}'
        """,
        PARTLY,
    ),
    "details said to be newer": ("UPDATE persons SET content_version = content_version + 1 WHERE id = 'p-open'", OPEN),
    "the sender's id altered": ("UPDATE persons SET id = 'p-x' WHERE ref = '{p-open}'", OPEN),
    "details by which an import would know them again": (
        """
            UPDATE persons SET digest = (SELECT digest FROM persons WHERE id = 'p-others') WHERE id = 'p-open'
        """,
        OPEN,
    ),
}

# The seal leaves the keys out: the read stands in the trail, and shows nothing.
WRONG_KEYS = {
    "the key of somebody else": """
            UPDATE persons SET content_key = (SELECT content_key FROM persons WHERE ref = '{p-others}') WHERE ref
            = '{p-partly}'
        """,
    "the key of the log": "UPDATE persons SET content_key = log_key WHERE ref = '{p-partly}'",
}
