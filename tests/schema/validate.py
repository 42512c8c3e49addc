"""Checks JSON lines on standard input against a JSON Schema: python3 validate.py SCHEMA [EXPECTED COUNT]."""
import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
count = wrong = 0
for line in sys.stdin:
    count += 1
    for error in validator.iter_errors(json.loads(line)):
        wrong += 1
        print(f"line {count}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")
expected = int(sys.argv[2]) if len(sys.argv) > 2 else max(count, 1)
if count != expected:
    print(f"{count} objects, {expected} expected")
sys.exit(1 if wrong or count != expected else 0)
