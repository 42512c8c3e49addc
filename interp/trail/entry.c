// Reads the front of a line as record.c writes it. Not for the members of its type: those are JSON (data/).
// Invariant: a line that is accepted has exactly the members, in the order and spelling, that record_write
// gives it, so no two readings of it are possible.
#include "trail/entry.h"

#include <string.h>

enum { ID_LENGTH = 36 };

struct cursor {
    const char *at, *end;
};

static bool take(struct cursor *cursor, const char *text)
{
    size_t length = strlen(text);
    if ((size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, text, length) != 0)
        return false;
    cursor->at += length;
    return true;
}

// Decimal, without leading zeros, within 2^53.
static bool take_number(struct cursor *cursor, uint64_t *number)
{
    const char *start = cursor->at;
    *number = 0;
    while (cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9' && cursor->at - start < 16)
        *number = *number * 10 + (uint64_t)(*cursor->at++ - '0');
    size_t digits = (size_t)(cursor->at - start);
    return digits > 0 && (digits == 1 || *start != '0') && *number <= (uint64_t)1 << 53;
}

// Nanoseconds; text where they are more than 2^53.
static bool take_clock(struct cursor *cursor, uint64_t *ns)
{
    bool quoted = take(cursor, "\"");
    const char *start = cursor->at;
    *ns = 0;
    while (cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9' && cursor->at - start < 19)
        *ns = *ns * 10 + (uint64_t)(*cursor->at++ - '0');
    return cursor->at > start && (!quoted || take(cursor, "\""));
}

// A string behind its opening quote, up to and with the closing one.
static bool take_string(struct cursor *cursor, const char **text, size_t *length)
{
    *text = cursor->at;
    for (; cursor->at < cursor->end && *cursor->at != '"'; cursor->at++)
        if ((unsigned char)*cursor->at < 0x20)
            return false;
        else if (*cursor->at == '\\')
            cursor->at++;
    if (cursor->at >= cursor->end)
        return false;
    *length = (size_t)(cursor->at++ - *text);
    return true;
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool take_hash(struct cursor *cursor, unsigned char hash[TREE_HASH])
{
    if (cursor->end - cursor->at < 2 * TREE_HASH)
        return false;
    for (int i = 0; i < TREE_HASH; i++, cursor->at += 2) {
        int high = digit(cursor->at[0]), low = digit(cursor->at[1]);
        if (high < 0 || low < 0)
            return false;
        hash[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

static bool take_run(struct cursor *cursor, struct entry *entry)
{
    entry->has_run = !take(cursor, "null,\"rseq\":null");
    return !entry->has_run || (take(cursor, "\"") && take_string(cursor, &entry->run, &entry->run_length) &&
                               take(cursor, ",\"rseq\":") && take_number(cursor, &entry->rseq));
}

bool entry_read(const char *line, size_t length, struct entry *entry)
{
    struct cursor cursor = {line, line + length};
    size_t id_length;
    *entry = (struct entry){0};
    return take(&cursor, "{\"v\":1,\"seq\":") && take_number(&cursor, &entry->seq) &&
           take(&cursor, ",\"id\":\"") && take_string(&cursor, &entry->id, &id_length) &&
           id_length == ID_LENGTH && take(&cursor, ",\"run\":") && take_run(&cursor, entry) &&
           take(&cursor, ",\"prev\":\"") && take_hash(&cursor, entry->prev) &&
           take(&cursor, "\",\"type\":\"") && take_string(&cursor, &entry->type, &entry->type_length) &&
           take(&cursor, ",\"time\":\"") && take_string(&cursor, &entry->time, &entry->time_length) &&
           take(&cursor, ",\"mono_ns\":") && take_clock(&cursor, &entry->mono_ns) &&
           take(&cursor, ",\"boot\":\"") && take_string(&cursor, &entry->boot, &entry->boot_length) &&
           line[length - 1] == '}';
}

bool entry_is(const struct entry *entry, const char *type)
{
    return entry->type_length == strlen(type) && memcmp(entry->type, type, entry->type_length) == 0;
}

bool entry_is_of(const struct entry *entry, const char *run)
{
    return entry->has_run && entry->run_length == strlen(run) &&
           memcmp(entry->run, run, entry->run_length) == 0;
}

bool entry_begins(const struct entry *entry, const char *start)
{
    return entry->type_length >= strlen(start) && memcmp(entry->type, start, strlen(start)) == 0;
}
