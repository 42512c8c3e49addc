// The type of alert records. Not for making them (facts_record.c). Invariant: every record has the fields of
// the table below, and no other.
#include "intake/alert.h"

#include <string.h>

#include "base/arena.h"
#include "data/schema.h"
#include "data/value.h"

enum form { TEXT, FREE, TEXTS, FLAG, TIME, ANY, RECORDS, RECORD };

static const struct {
    const char *name;
    enum form form;
    const char *members; // of RECORD and RECORDS, separated by blanks
} fields[] = {
    {"id", TEXT, NULL},
    {"kind", TEXT, NULL},
    {"type", TEXT, NULL},
    {"title", FREE, NULL},
    {"description", FREE, NULL},
    {"severity", TEXT, NULL},
    {"confidence", TEXT, NULL},
    {"status", TEXT, NULL},
    {"event", TEXT, NULL},
    {"simulated", FLAG, NULL},
    {"start", TIME, NULL},
    {"end", TIME, NULL},
    {"tenant", TEXT, NULL},
    {"tenants", TEXTS, NULL},
    {"subscription", TEXT, NULL},
    {"subscriptions", TEXTS, NULL},
    {"partner", RECORD, "tenant name"},
    {"customer", RECORD, "tenant name"},
    {"resource", RECORD, "id type name group subscription"},
    {"resources", TEXTS, NULL},
    {"actor", RECORD, "name object_id app_id kind"},
    {"actors", RECORDS, "name object_id app_id kind"},
    {"ip", TEXT, NULL},
    {"ips", TEXTS, NULL},
    {"targets", RECORDS, "kind name version id time"},
    {"hosts", TEXTS, NULL},
    {"entities", ANY, NULL},
    {"raw", ANY, NULL},
};
enum { FIELD_COUNT = sizeof fields / sizeof fields[0] };

static const struct schema text = {.kind = SCHEMA_STRING, .optional = true};
static const struct schema free_text = {.kind = SCHEMA_STRING, .optional = true, .free = true};
static const struct schema flag = {.kind = SCHEMA_BOOL};
static const struct schema any = {.kind = SCHEMA_ANY, .optional = true};
static const struct schema texts = {.kind = SCHEMA_LIST, .of = &text};

static const struct schema *record_of(struct arena *arena, const char *members)
{
    struct schema *record = ARENA_NEW(arena, struct schema);
    struct schema_field *out = ARENA_ARRAY(arena, struct schema_field, 8);
    record->kind = SCHEMA_RECORD;
    record->fields = out;
    while (*members != '\0') {
        size_t length = strcspn(members, " ");
        out[record->field_count++] = (struct schema_field){arena_strndup(arena, members, length), &text};
        members += length + (members[length] == ' ');
    }
    return record;
}

static const struct schema *schema_of(struct arena *arena, size_t i)
{
    switch (fields[i].form) {
    case TEXT:
    case TIME:
        return &text;
    case FREE:
        return &free_text;
    case TEXTS:
        return &texts;
    case FLAG:
        return &flag;
    case ANY:
        return &any;
    case RECORD:
        return record_of(arena, fields[i].members);
    case RECORDS:
        break;
    }
    struct schema *list = ARENA_NEW(arena, struct schema);
    list->kind = SCHEMA_LIST;
    list->of = record_of(arena, fields[i].members);
    return list;
}

const struct schema *alert_schema(struct arena *arena)
{
    struct schema *record = ARENA_NEW(arena, struct schema);
    struct schema_field *out = ARENA_ARRAY(arena, struct schema_field, FIELD_COUNT);
    record->kind = SCHEMA_RECORD;
    for (size_t i = 0; i < FIELD_COUNT; i++)
        out[i] = (struct schema_field){fields[i].name, schema_of(arena, i)};
    record->fields = out;
    record->field_count = FIELD_COUNT;
    return record;
}

const struct value *alert_without_raw(struct arena *arena, const struct value *alert)
{
    struct value *copy = value_map(arena);
    for (size_t i = 0; i < value_count(alert); i++)
        if (strcmp(alert->fields[i].key, "raw") != 0)
            value_add(arena, copy, alert->fields[i].key, alert->fields[i].value);
    return value_is_null(alert) ? &value_null : copy;
}
