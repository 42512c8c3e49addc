// The lab's record against the trail on disk. Invariant: it reads files alone; nothing of the run that made
// them.
#include "story.h"

#include <stdio.h>
#include <string.h>

#include "world.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"

static const struct value *read_lines(struct world *world, const char *file)
{
    struct err err = {0};
    size_t length;
    struct value *lines = value_list(world->arena);
    if (!file_exists(file))
        return lines;
    const char *bytes = file_read(world->arena, file, 64 << 20, &length, &err);
    world_must(bytes != NULL, &err);
    for (const char *at = bytes; *at != '\0';) {
        size_t size = strcspn(at, "\n");
        const struct value *line =
            at[size] == '\0' ? NULL : json_parse_own(world->arena, "line", at, size, &err);
        if (line != NULL) // a line that was cut counts for nothing
            value_append(world->arena, lines, line);
        at += size + (at[size] == '\n');
    }
    return lines;
}

const struct value *story_requests(struct world *world)
{
    return read_lines(world, world->record);
}

const struct value *story_changes(struct world *world)
{
    const struct value *lines = story_requests(world);
    struct value *changes = value_list(world->arena);
    for (size_t i = 0; i < value_count(lines); i++)
        if (world_could_change(value_item(lines, i)))
            value_append(world->arena, changes, value_item(lines, i));
    return changes;
}

static const struct value *trail_of(struct world *world)
{
    return read_lines(world, world_path(world, "trail/log.jsonl"));
}

static bool is_type(const struct value *line, const char *type)
{
    const char *is = value_text_at(line, "type");
    return is != NULL && strcmp(is, type) == 0;
}

// How often the trail allows what the record shows.
static size_t allowed(struct world *world, const struct value *trail, const struct value *change)
{
    const char *url = arena_printf(world->arena, "https://%s%s", value_text_at(change, "host"),
                                   value_text_at(change, "target"));
    size_t count = 0;
    for (size_t i = 0; i < value_count(trail); i++) {
        const struct value *line = value_item(trail, i), *requests = value_get(line, "requests");
        for (size_t k = 0; is_type(line, "effect.intent") && k < value_count(requests); k++) {
            const struct value *request = value_item(requests, k);
            count += strcmp(value_text_at(request, "method"), value_text_at(change, "method")) == 0 &&
                     strcmp(value_text_at(request, "url"), url) == 0;
        }
    }
    return count;
}

static bool same_change(const struct value *a, const struct value *b)
{
    return strcmp(value_text_at(a, "method"), value_text_at(b, "method")) == 0 &&
           strcmp(value_text_at(a, "host"), value_text_at(b, "host")) == 0 &&
           strcmp(value_text_at(a, "target"), value_text_at(b, "target")) == 0;
}

static bool was_made(const struct value *change)
{
    return value_int_at(change, "status", 0) / 100 == 2;
}

bool story_is_covered(struct world *world)
{
    const struct value *changes = story_changes(world), *trail = trail_of(world);
    for (size_t i = 0; i < value_count(changes); i++) {
        const struct value *change = value_item(changes, i);
        size_t made = 0;
        for (size_t k = 0; k < value_count(changes); k++)
            made += same_change(change, value_item(changes, k)) && was_made(value_item(changes, k));
        size_t most = allowed(world, trail, change);
        if (most > 0 && made <= most)
            continue;
        print_error("made %zu times, intended %zu times: %.400s\n", made, most,
                    json_text(world->arena, change));
        return false;
    }
    return true;
}

bool story_has_ends(struct world *world)
{
    const struct value *trail = trail_of(world);
    for (size_t i = 0; i < value_count(trail); i++) {
        const struct value *line = value_item(trail, i);
        bool ended = !is_type(line, "effect.intent");
        for (size_t k = i; !ended && k < value_count(trail); k++) {
            const struct value *later = value_item(trail, k);
            ended = is_type(later, "effect.result") &&
                    value_equal(value_get(later, "run"), value_get(line, "run")) &&
                    value_equal(value_get(later, "path"), value_get(line, "path"));
        }
        if (ended)
            continue;
        print_error("an intent without a result: %s\n", value_text_at(line, "path"));
        return false;
    }
    return true;
}

size_t story_mails(struct world *world)
{
    const struct value *changes = story_changes(world);
    size_t count = 0;
    for (size_t i = 0; i < value_count(changes); i++)
        count += text_ends(value_text_at(value_item(changes, i), "target"), "/sendMail") &&
                 was_made(value_item(changes, i));
    return count;
}
