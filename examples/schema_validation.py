"""Structured answers: the value is held against a JSON Schema before the script sees it.

    owf run examples/schema_validation.py
"""

from workflows import agent, meta, phase

meta(name="schema-validation", description="Asks for JSON, and handles an answer that is not what was asked for.")

RELEASE = {
    "type": "object",
    "properties": {
        "version": {"type": "string"},
        "kind": {"enum": ["major", "minor", "patch"]},
        "breaking": {"type": "boolean"},
        "changes": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["version", "kind", "breaking", "changes"],
    "additionalProperties": False,
}


async def main(args):
    phase("extract")
    release = await agent("Describe the release in these notes: …", label="extract", schema=RELEASE)
    value = release.value_or_raise()

    phase("reject")
    # The fake provider can be told what to answer; here: something that breaks the schema, twice.
    broken = await agent(
        "Describe the release in these notes, badly.",
        label="broken",
        schema=RELEASE,
        metadata={"fake": {"value": {"version": 2}}},
    )
    return {
        "kind": value["kind"],
        "broken": {
            "status": broken.status,
            "asked": broken.validation_attempts,
            "errors": [error["message"] for error in broken.validation_errors],
        },
    }
