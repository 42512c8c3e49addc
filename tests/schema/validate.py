"""Checks JSON lines on standard input against a JSON Schema: python3 validate.py SCHEMA [EXPECTED COUNT] [--none].

With --none no line may be valid."""
import json
import sys

import jsonschema

none = "--none" in sys.argv
arguments = [argument for argument in sys.argv[1:] if argument != "--none"]
with open(arguments[0], encoding="utf-8") as file:
    schema = json.load(file)
kind = jsonschema.validators.validator_for(schema)
kind.check_schema(schema)
validator = kind(schema)
count = wrong = 0
for line in sys.stdin:
    count += 1
    errors = list(validator.iter_errors(json.loads(line)))
    if none and not errors:
        wrong += 1
        print(f"line {count} is valid: {line[:300]}")
    for error in [] if none else errors:
        wrong += 1
        print(f"line {count}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")
expected = int(arguments[1]) if len(arguments) > 1 else max(count, 1)
if count != expected:
    print(f"{count} objects, {expected} expected")
sys.exit(1 if wrong or count != expected else 0)
