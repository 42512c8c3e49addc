// Lines of the log. Not for what the members of a type are: those come from whoever appends the record.
// Invariant: one JSON object on one line, each key once, integers within 2^53.
#include "trail/record.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/panic.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"

enum { SELDOM_GROWN = 4096 };

static bool is_type(const char *type)
{
    static const char *const types[] = {
#define X(type, text) type,
#include "trail/record.def"
#undef X
        NULL};
    return text_is_one_of(type, types);
}

static bool is_common(const char *key)
{
    static const char *const common[] = {"v",    "seq",  "id",      "run",  "rseq", "prev",
                                         "type", "time", "mono_ns", "boot", "host", NULL};
    return text_is_one_of(key, common);
}

static void add_text(struct text *out, const char *key, const char *text)
{
    text_add(out, ",\"");
    text_add(out, key);
    text_add(out, "\":");
    json_write_string(out, text);
}

// Readers such as jq round integers beyond 2^53 (104 days of uptime): then it is text.
static void add_monotonic(struct text *out)
{
    uint64_t ns = (uint64_t)clock_monotonic_ns();
    const char *quote = ns <= (uint64_t)1 << 53 ? "" : "\"";
    text_add(out, ",\"mono_ns\":");
    text_add(out, quote);
    text_add_uint(out, ns);
    text_add(out, quote);
}

static const char *member(struct arena *arena, const char *key, const char *text)
{
    struct text out = text_new(arena);
    add_text(&out, key, text);
    return text_done(&out);
}

struct record_writer record_writer_new(struct arena *arena, const char *by, const char *host,
                                       const char *boot)
{
    return (struct record_writer){.by = member(arena, "by", by),
                                  .host = member(arena, "host", host),
                                  .boot = member(arena, "boot", boot),
                                  .line = text_new_sized(arena, SELDOM_GROWN)};
}

static const char *next_id(struct arena *arena, struct record_writer *writer)
{
    if (writer->drawn == 0) {
        crypto_random(writer->random, sizeof writer->random);
        writer->drawn = sizeof writer->random;
    }
    writer->drawn -= CRYPTO_UUID_SIZE;
    return crypto_uuid_from(arena, writer->random + writer->drawn);
}

static void tell_time(struct arena *arena, struct record_writer *writer)
{
    int64_t now = clock_now_ms();
    if (now == writer->time_ms)
        return;
    struct text time = text_new(arena);
    add_text(&time, "time", clock_rfc3339(arena, now));
    REQUIRE(time.length < sizeof writer->time);
    memcpy(writer->time, time.ptr, time.length + 1);
    writer->time_ms = now;
}

static void write_front(struct text *out, const char *id, const char *run, uint64_t rseq)
{
    text_add(out, "\"id\":\"");
    text_add(out, id);
    text_add(out, "\",\"run\":");
    if (run == NULL) {
        text_add(out, "null,\"rseq\":null");
    } else {
        json_write_string(out, run);
        text_add(out, ",\"rseq\":");
        text_add_uint(out, rseq);
    }
}

static void write_rest(struct text *out, const struct record_writer *writer, const char *type,
                       const struct value *members)
{
    text_add(out, "\"type\":\"");
    text_add(out, type);
    text_addc(out, '"');
    text_add(out, writer->time);
    add_monotonic(out);
    text_add(out, writer->boot);
    if (value_get(members, "by") == NULL)
        text_add(out, writer->by);
    text_add(out, writer->host);
    for (size_t i = 0; i < value_count(members); i++) {
        const struct value_field *field = &members->fields[i];
        if (is_common(field->key))
            panic("a record %s has a member '%s' of its own", type, field->key);
        text_addc(out, ',');
        json_write_string(out, field->key);
        text_addc(out, ':');
        json_write(out, field->value);
    }
    text_addc(out, '}');
}

struct record record_new(struct arena *arena, struct record_writer *writer, const char *run, uint64_t rseq,
                         const char *type, const struct value *members)
{
    if (!is_type(type))
        panic("record.def has no type '%s'", type);
    REQUIRE(value_is_null(members) || value_is(members, VALUE_MAP));
    struct text *line = &writer->line;
    line->length = 0;
    tell_time(arena, writer);
    write_front(line, next_id(arena, writer), run, rseq);
    size_t front = line->length;
    write_rest(line, writer, type, members);
    // {"v":1,"seq":<16 digits>,FRONT,"prev":"<64 digits>",REST
    return (struct record){arena_strndup(arena, line->ptr, line->length), front, line->length,
                           line->length + 14 + 16 + 1 + 9 + 64 + 2};
}

void record_write(struct text *out, const struct record *record, uint64_t seq,
                  const unsigned char prev[TREE_HASH])
{
    text_add(out, "{\"v\":1,\"seq\":");
    text_add_uint(out, seq);
    text_addc(out, ',');
    text_addn(out, record->text, record->front);
    text_add(out, ",\"prev\":\"");
    text_add_hex(out, prev, TREE_HASH);
    text_add(out, "\",");
    text_addn(out, record->text + record->front, record->text_length - record->front);
}
