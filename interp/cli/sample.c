// Sample alerts: the records of stdlib/lib/alert_samples.lua with ids and times. Not for shapes, which are
// Lua, nor for the lab's own alerts. Invariant: the same time gives the same samples, and a payload that only
// announces an alert announces one that the lab holds.
#include "cli/sample.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "vm/vm.h"

static const char source[] = "stdlib/lib/alert_samples.lua";
enum { APART_MS = 15 * 60 * 1000 };

// Shapes of Partner Center and its successor carry fraud events and nothing else.
static bool is_partner_shape(const char *shape)
{
    return text_starts(shape, "fraudevents") || strcmp(shape, "graph-partner") == 0 ||
           strcmp(shape, "partner-webhook") == 0 || strcmp(shape, "mail") == 0;
}

// Shapes that say no more of an alert than its name: whoever answers it fetches it, so it has to be there.
static bool only_announces(const char *shape)
{
    return text_starts(shape, "activitylog") || strcmp(shape, "eventgrid") == 0;
}

static bool fits(const char *shape, const struct value *record)
{
    const char *kind = value_text_at(record, "kind");
    return is_partner_shape(shape) == text_is(kind, "csp-fraud") &&
           (!only_announces(shape) || value_text_at(record, "stored") != NULL);
}

static char *guid_of(struct arena *arena, const char *seed)
{
    const char *hex = crypto_sha256_hex(arena, seed, strlen(seed));
    return arena_printf(arena, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

// Ids of Defender for Cloud begin with what is left of time, so that newer alerts sort first.
static char *id_of(struct arena *arena, const char *type, int64_t start_ms, bool simulated)
{
    char *guid = guid_of(arena, arena_printf(arena, "%s %" PRId64, type, start_ms));
    int64_t ticks = (start_ms + INT64_C(62135596800000)) * 10000;
    return simulated ? guid
                     : arena_printf(arena, "%" PRId64 "_%s", INT64_C(3155378975999999999) - ticks, guid);
}

static void mark_simulated(struct arena *arena, struct value *record, const char *type)
{
    const char *stored = value_text_at(record, "stored_simulated");
    value_put(arena, record, "stored", stored != NULL ? value_string(arena, stored) : &value_null);
    value_put_text(arena, record, "type", arena_printf(arena, "SIMULATED_%s", type));
    value_put_text(arena, record, "title",
                   arena_printf(arena, "[SAMPLE ALERT] %s", value_text_at(record, "title")));
    value_put(arena, record, "simulated", &value_true);
}

static const struct value *complete(struct arena *arena, const struct value *sample, int64_t end_ms,
                                    bool simulated)
{
    struct value *record = value_map(arena);
    const char *type = value_text_at(sample, "type"), *kind = value_text_at(sample, "kind");
    int64_t start_ms = end_ms - value_int_at(sample, "lasts", 0) * 1000;
    for (size_t i = 0; i < value_count(sample); i++)
        if (strcmp(sample->fields[i].key, "lasts") != 0)
            value_put(arena, record, sample->fields[i].key, sample->fields[i].value);
    char *id = id_of(arena, type, start_ms, simulated);
    if (strcmp(kind, "csp-fraud") == 0) // the event's id: subscription and entity
        id = arena_printf(arena, "%s_%s", value_text_at(sample, "subscription"), guid_of(arena, id));
    value_put_text(arena, record, "id", id);
    value_put_text(arena, record, "start", clock_rfc3339(arena, start_ms));
    value_put_text(arena, record, "end", clock_rfc3339(arena, end_ms));
    if (simulated && strcmp(kind, "csp-fraud") == 0)
        value_put(arena, record, "simulated", &value_true); // a flag of its own there: IsTest
    else if (simulated && !value_flag_at(sample, "simulated"))
        mark_simulated(arena, record, type);
    return record;
}

const struct value *sample_records(struct arena *arena, struct vm *vm, struct catalog *catalog,
                                   int64_t now_ms, bool simulated, struct err *err)
{
    const struct catalog_file *file = catalog_find(catalog, source, err);
    if (file == NULL) {
        err_set(err, E_FILE, "the library has no %s", source);
        return NULL;
    }
    const struct value *samples = vm_load_value(vm, arena, file, err);
    if (samples == NULL)
        return NULL;
    struct value *records = value_list(arena);
    size_t count = value_count(samples);
    for (size_t i = 0; i < count; i++) {
        int64_t end_ms = now_ms - (int64_t)(count - 1 - i) * APART_MS;
        value_append(arena, records, complete(arena, value_item(samples, i), end_ms, simulated));
    }
    return records;
}

// The record as the shape is to write it.
static const struct value *in_shape(struct arena *arena, const char *shape, const struct value *record)
{
    if (!only_announces(shape))
        return record;
    struct value *announced = value_map(arena);
    value_put_all(arena, announced, record);
    value_put_text(arena, announced, "id", value_text_at(record, "stored"));
    return announced;
}

// The type, with or without the mark of a sample alert; with * and ? for several.
static bool is_type(const struct value *record, const char *type)
{
    const char *own = value_text_at(record, "type");
    return text_glob(type, own) ||
           (text_starts(own, "SIMULATED_") && text_glob(type, own + strlen("SIMULATED_")));
}

const char *sample_shape_for(const char *type, const struct value *records)
{
    for (size_t i = 0; type != NULL && i < value_count(records); i++)
        if (is_type(value_item(records, i), type) && !fits("arm", value_item(records, i)))
            return "fraudevents-new";
    return "arm";
}

void sample_hint(struct arena *arena, struct catalog *catalog, const char *shape, struct err *err)
{
    static const char folder[] = "stdlib/intake/";
    if (shape == NULL || err->code != E_UNKNOWN_NAME || err->hint[0] != '\0')
        return;
    const char **paths = catalog_list(catalog, arena, folder, ".lua");
    struct text all = text_new(arena);
    for (const char **path = paths; *path != NULL; path++) {
        size_t length = strlen(*path) - strlen(folder) - strlen(".lua");
        char *name = arena_strndup(arena, *path + strlen(folder), length);
        for (char *c = name; *c != '\0'; c++)
            *c = (char)(*c == '_' ? '-' : *c);
        text_addf(&all, "%s%s", all.length == 0 ? "" : ", ", name);
    }
    err_hint(err, "the shapes are %s", all.ptr);
}

static bool refuse(const char *shape, const char *type, const struct value *records, struct err *err)
{
    err_set(err, E_UNKNOWN_NAME, "there is no sample alert of type '%.100s' in the shape '%.60s'",
            type != NULL ? type : "*", shape);
    const char *types[128] = {NULL};
    size_t count = 0;
    for (size_t i = 0; i < value_count(records) && count < 127; i++)
        if (fits(shape, value_item(records, i)))
            types[count++] = value_text_at(value_item(records, i), "type");
    if ((type == NULL || err_suggest(err, type, types) == NULL) && count > 0)
        err_hint(err, "the shape carries types such as %s", types[0]);
    return false;
}

const struct value *sample_payload(struct vm *vm, struct vm_run *run, const char *shape, const char *type,
                                   const struct value *records, struct err *err)
{
    struct value *payloads = value_list(run->arena);
    for (size_t i = 0; i < value_count(records); i++) {
        const struct value *record = value_item(records, i);
        if (!fits(shape, record) || (type != NULL && !is_type(record, type)))
            continue;
        const struct value *payload =
            vm_sample_alert(vm, run, shape, in_shape(run->arena, shape, record), err);
        if (payload == NULL)
            return NULL;
        value_append(run->arena, payloads, payload);
    }
    if (value_count(payloads) == 0)
        return refuse(shape, type, records, err) ? payloads : NULL;
    return value_count(payloads) == 1 ? value_item(payloads, 0) : payloads;
}
