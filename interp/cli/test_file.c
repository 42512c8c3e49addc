// Reads tests of playbooks. What they expect is report/expect.c's business, and running them test_run.c's.
// Invariant: what is read is of the declared form, and every value knows its line.
#include "cli/test_file.h"

#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/panic.h"
#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "data/yaml.h"
#include "report/expect.h"

static const char declaration[] =
    "playbook: {type: string, help: \"A name, or a file; files are named as seen from this one\"}\n"
    "cases:\n"
    "  type: list\n"
    "  help: Runs in the lab, each in an estate of its own\n"
    "  of:\n"
    "    type: record\n"
    "    fields:\n"
    "      name: {type: string, help: What the case shows}\n"
    "      alert: {type: string, optional: true, help: A file with an alert}\n"
    "      sample:\n"
    "        type: string\n"
    "        optional: true\n"
    "        help: A type of alert (`playbook alert sample`). Without alert or sample, the newest of the "
    "lab\n"
    "      mode: {type: enum, values: [live, dry-run, audit], default: dry-run, help: How it is run}\n"
    "      first:\n"
    "        type: enum\n"
    "        values: [live, dry-run, audit]\n"
    "        optional: true\n"
    "        help: A run in this mode goes before, in the same estate and with the same inputs; it must end "
    "well\n"
    "      then:\n"
    "        type: enum\n"
    "        values: [undo, end-leases]\n"
    "        optional: true\n"
    "        help: \"After a live run: all that it changed is taken back, or what its leases hold, as if "
    "their time were "
    "over\"\n"
    "      params: {type: map, of: any, optional: true, help: Parameters of the playbook}\n"
    "      answers: {type: map, of: string, optional: true, help: \"Answers: step → one of its choices\"}\n"
    "      unattended: {type: bool, default: false, help: Open questions take their `otherwise` at once}\n"
    "      approve: {type: bool, default: true, help: All changes are approved beforehand}\n"
    "      estate:\n"
    "        type: any\n"
    "        optional: true\n"
    "        help: \"What is otherwise than in the built-in seed of the lab: key → what is merged into the "
    "resource, "
    "null: none; or a file with a seed\"\n"
    "      fault: {type: any, optional: true, help: \"Faults that the lab makes: a list, or a file with "
    "one\"}\n"
    "      expect: {help: What is expected of the run}\n";

const struct schema *test_file_schema(struct arena *arena)
{
    static const char *const way[] = {"expect", "fields", "of", "cases", NULL};
    struct err err;
    const struct value *base = yaml_parse(arena, "test_file.c", declaration, sizeof declaration - 1, &err);
    const struct value *expect = expect_declaration(arena);
    for (size_t i = 0; way[i] != NULL; i++) {
        struct value *outer = value_map(arena);
        value_put(arena, outer, way[i], expect);
        expect = outer;
    }
    const struct schema *file =
        base == NULL ? NULL : schema_parse_fields(arena, value_merge_patch(arena, base, expect), &err);
    REQUIRE(file != NULL);
    return file;
}

bool test_file_is(const char *name)
{
    return text_ends(name, ".test.yaml");
}

const struct value *test_file_read(struct arena *arena, const char *name, struct err *err)
{
    size_t length;
    if (!test_file_is(name)) {
        err_set(err, E_USAGE, "%s is no test of a playbook", name);
        err_hint(err, "tests are files NAME.test.yaml");
        return NULL;
    }
    const char *bytes = file_read(arena, name, YAML_MAX_FILE, &length, err);
    const struct value *value = bytes == NULL ? NULL : yaml_parse(arena, name, bytes, length, err);
    const struct value *test =
        value == NULL ? NULL : schema_check(arena, test_file_schema(arena), value, "the test", err);
    if (test == NULL || value_count(value_get(test, "cases")) > 0)
        return test;
    err_set_at(err, E_MISSING, value_pos(value_get(value, "cases")), "the test has no case");
    return NULL;
}

const char *test_file_beside(struct arena *arena, const char *test, const char *name)
{
    const char *slash = strrchr(test, '/');
    return name == NULL || name[0] == '/' || slash == NULL
               ? name
               : arena_printf(arena, "%.*s/%s", (int)(slash - test), test, name);
}
