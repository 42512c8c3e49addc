// The trail as the rest of the program sees it: a queue of records, and commits. Not for files (store.c) nor
// for lines (record.c). Invariant: a ticket is durable only after a commit that returned true; after any
// failure nothing more is written.
#include "trail/trail.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/value.h"
#include "trail/aside.h"
#include "trail/blob.h"
#include "trail/found.h"
#include "trail/claim.h"
#include "trail/publish.h"
#include "trail/record.h"
#include "trail/rotate.h"
#include "trail/runs.h"
#include "trail/store.h"
#include "trail/trail_parts.h"

// Bytes for what the trail says about itself, as a rule, and of one write.
enum { OWN_LINES = 1024, PIECE = 32 * 1024 };

bool trail_fail(struct err *err)
{
    if (err == NULL)
        return false;
    if (err->code != E_TAMPERED)
        err->code = E_TRAIL;
    else if (err->hint[0] == '\0')
        err_hint(err, "playbook audit verify tells what was done to the trail, and what of it still holds");
    return false;
}

static bool poison(struct trail *trail, struct err *err)
{
    trail_fail(err);
    trail->first = *err;
    return false;
}

static bool is_usable(const struct trail *trail, struct err *err)
{
    if (trail->first.code == E_NONE)
        return true;
    *err = trail->first;
    err_note(err, "after that nothing more is written to the trail");
    return false;
}

static bool open_all(struct trail *trail, const struct trail_config *config, struct err *err)
{
    const char *folder = arena_printf(trail->arena, "%s/trail", trail->state);
    if ((!config->reads && (!found_trail(trail->arena, config, folder, err) ||
                            !rotate_recover(trail->arena, trail->state, config->config_dir, err))) ||
        !store_open(&trail->store, trail->arena, folder, &trail->keys, config->reads, err) ||
        !store_lock(&trail->store, err))
        return false;
    // Under the lock, since whoever changes the key changes it together with the head.
    bool ok = (config->reads ? keys_load_to_read : keys_load)(trail->arena, trail->state, config->config_dir,
                                                              &trail->keys, err) &&
              store_refresh(&trail->store, err);
    trail->size_then = trail->store.at.tree.size;
    store_unlock(&trail->store);
    return ok;
}

struct trail *trail_open(struct arena *arena, const struct trail_config *config, struct err *err)
{
    struct trail *trail = ARENA_NEW(arena, struct trail);
    struct err own;
    err = err == NULL ? &own : err;
    trail->arena = arena;
    trail->runs.arena = arena;
    trail->state = arena_strdup(arena, config->state);
    trail->config_dir = arena_strdup(arena, config->config_dir);
    char boot[40];
    trail->writer = record_writer_new(arena, config->by, config->host, clock_boot_id(boot));
    trail->store.lock.fd = trail->store.log.fd = trail->store.heads.fd = trail->store.cache.fd = -1;
    trail->queue_arena = arena_open();
    if (open_all(trail, config, err))
        return trail;
    trail_fail(err);
    trail_close(trail);
    return NULL;
}

void trail_close(struct trail *trail)
{
    if (trail == NULL)
        return;
    if (trail->commits > 0 && trail->first.code == E_NONE) // where that fails, the next process tries again
        (void)!publish_due(&trail->store, &trail->pace, true, NULL);
    claim_close_all(trail->claims);
    trail->claims = NULL;
    store_close(&trail->store);
    keys_wipe(&trail->keys);
    arena_close(trail->queue_arena);
    trail->queue_arena = NULL;
}

bool trail_claim(struct trail *trail, const char *run, struct err *err)
{
    struct err own;
    err = err == NULL ? &own : err;
    return claim_take(trail->arena, &trail->claims, trail->state, run, err) ||
           (err->code != E_USAGE && trail_fail(err));
}

void trail_release(struct trail *trail, const char *run)
{
    claim_release(&trail->claims, run);
}

bool trail_is_claimed(const struct trail *trail, const char *run)
{
    const char *process;
    struct arena *arena = arena_open();
    bool claimed = claim_is_held(arena, trail->state, run, &process);
    arena_close(arena);
    return claimed;
}

bool trail_is_asked(const struct trail *trail, const char *run)
{
    return claim_is_asked(trail->claims, run);
}

uint64_t trail_append(struct trail *trail, const char *run, const char *type, const struct value *members)
{
    struct runs_state *state = run == NULL ? NULL : runs_get(&trail->runs, run);
    struct record record =
        record_new(trail->queue_arena, &trail->writer, run, state == NULL ? 0 : state->next++, type, members);
    if (record.length > TRAIL_MAX_LINE && trail->first.code == E_NONE) {
        struct err err;
        err_set(&err, E_TRAIL, "a record %s of %zu bytes does not fit into a line", type, record.length);
        poison(trail, &err);
    }
    if (trail->count == trail->size) {
        size_t size = trail->size == 0 ? 64 : trail->size * 2;
        trail->queue = arena_grow(trail->queue_arena, trail->queue, trail->count, size, sizeof *trail->queue);
        trail->size = size;
    }
    trail->queue[trail->count++] = (struct queued){record, state, strcmp(type, "effect.intent") == 0};
    trail->bytes += record.length + 1;
    return ++trail->tickets;
}

uint64_t trail_others(const struct trail *trail)
{
    return trail->others;
}

bool trail_is_alone(const struct trail *trail)
{
    return !claim_by_others(trail->claims, trail->state) && !store_is_behind(&trail->store); // in this order
}

uint64_t trail_durable(const struct trail *trail)
{
    return trail->durable;
}

size_t trail_pending_bytes(const struct trail *trail)
{
    return trail->bytes;
}

struct batch {
    struct text lines;
    struct frontier next;
};

static uint64_t add_line(struct batch *batch, const struct record *record)
{
    size_t start = batch->lines.length;
    uint64_t seq = batch->next.tree.size;
    record_write(&batch->lines, record, seq, batch->next.last);
    tree_leaf(batch->lines.ptr + start, batch->lines.length - start, batch->next.last);
    tree_append(&batch->next.tree, batch->next.last);
    text_addc(&batch->lines, '\n');
    return seq;
}

// `tail` describes bytes that were set aside, or is NULL.
static void add_recovered(struct trail *trail, struct batch *batch, const struct value *tail)
{
    struct arena *arena = batch->lines.arena;
    struct value *members = value_map(arena);
    value_put_all(arena, members, tail);
    value_put(arena, members, "torn_head", value_bool(trail->store.head.torn));
    struct record record = record_new(arena, &trail->writer, NULL, 0, "trail.recovered", members);
    add_line(batch, &record);
}

// What the trail says about itself: that it begins, what a crash left, a slot that was found torn.
static bool add_own_lines(struct trail *trail, struct batch *batch, const struct value *waiting,
                          struct err *err)
{
    struct arena *arena = batch->lines.arena;
    if (batch->next.tree.size == 0) {
        struct value *members = value_map(arena);
        value_put_text(arena, members, "origin", trail->keys.signer.key.name);
        value_put_text(arena, members, "vkey", note_key_text(arena, &trail->keys.signer.key));
        struct record record = record_new(arena, &trail->writer, NULL, 0, "trail.created", members);
        add_line(batch, &record);
    }
    size_t count = value_count(waiting);
    if (count == 0 && trail->store.head.torn)
        add_recovered(trail, batch, NULL);
    for (size_t i = 0; i < count; i++) {
        bool named;
        if (!aside_is_named(arena, &trail->store.log, value_item(waiting, i), &named, err))
            return false;
        if (!named)
            add_recovered(trail, batch, value_item(waiting, i));
    }
    return true;
}

// Room for what must still be written when the disk is full: a result for each intent, and the run's end.
static uint64_t room_for_results(const struct trail *trail)
{
    uint64_t intents = 0;
    for (size_t i = 0; i < trail->count; i++)
        intents += trail->queue[i].intent;
    return intents == 0 ? 0 : (intents + 1) * (TRAIL_MAX_LINE + 1);
}

static void settle_queue(struct trail *trail)
{
    arena_close(trail->queue_arena);
    trail->queue_arena = arena_open();
    trail->queue = NULL;
    trail->blobs = NULL;
    trail->count = trail->size = trail->bytes = trail->blob_count = 0;
    trail->durable = trail->tickets;
}

// Hands on what has gathered, so that a long batch need not lie in memory twice.
static bool write_lines(struct trail *trail, struct batch *batch, struct err *err)
{
    size_t length = batch->lines.length;
    batch->next.offset += length;
    batch->lines.length = 0;
    return store_write(&trail->store, batch->lines.ptr, length, err);
}

// Without room for results no intent is written, nor what its run says after it. What was done before is told
// all the same: the room for that was kept.
static bool is_held_back(const struct queued *item, bool room)
{
    if (!room && item->intent && item->run != NULL)
        item->run->silent = true;
    return !room && (item->intent || (item->run != NULL && item->run->silent));
}

// Adds the queue's lines, with their numbers (-1: held back).
static bool add_queue(struct trail *trail, struct batch *batch, bool room, int64_t *seqs, struct err *err)
{
    for (size_t i = 0; i < trail->count; i++) {
        const struct record *record = &trail->queue[i].record;
        seqs[i] = -1;
        if (is_held_back(&trail->queue[i], room))
            continue;
        if (batch->lines.length + record->length >= PIECE && !write_lines(trail, batch, err))
            return false;
        seqs[i] = (int64_t)add_line(batch, record);
    }
    return true;
}

// Under the lock, with a verified position.
static bool write_batch(struct trail *trail, struct arena *arena, struct err *err)
{
    struct batch batch = {.lines = text_new_sized(arena, PIECE), .next = trail->store.at};
    uint64_t results = room_for_results(trail);
    struct err full;
    bool room = results == 0 || store_reserve(&trail->store, trail->bytes + OWN_LINES + results, &full);
    const struct value *waiting = aside_waiting(arena, trail->store.folder, err);
    int64_t *seqs = ARENA_ARRAY(arena, int64_t, trail->count);
    if (waiting == NULL || !add_own_lines(trail, &batch, waiting, err) ||
        !add_queue(trail, &batch, room, seqs, err))
        return false;
    bool any = batch.next.tree.size > trail->store.at.tree.size;
    if (any && (!write_lines(trail, &batch, err) || !store_seal(&trail->store, &batch.next, err)))
        return false;
    for (size_t i = 0; i < trail->count; i++)
        if (trail->queue[i].run != NULL && seqs[i] >= 0)
            runs_note(trail->queue[i].run, seqs[i]);
    if (room)
        settle_queue(trail);
    else
        *err = full;
    return aside_settle(arena, trail->store.folder, waiting, room ? err : NULL) && room;
}

// Under the lock. With `rotate` the queue ends with key.rotated, and the other key is put in force at once.
static bool commit_locked(struct trail *trail, struct arena *arena, const struct rotate *rotate,
                          struct err *err)
{
    if (!store_refresh(&trail->store, err) &&
        !(trail_key_changed(trail, err) && store_refresh(&trail->store, err)))
        return false;
    if (rotate != NULL && !rotate_begin(arena, rotate, &trail->keys.signer.key, err))
        return false;
    trail->others += trail->store.at.tree.size != trail->size_then;
    if (!write_batch(trail, arena, err))
        return false;
    trail->size_then = trail->store.at.tree.size;
    return rotate == NULL || (rotate_finish(arena, rotate, err) &&
                              keys_load(trail->arena, trail->state, trail->config_dir, &trail->keys, err) &&
                              store_refresh(&trail->store, err));
}

// What cannot be published now is when it is due again: a run is not stopped for want of a copy. False: what
// is published already was changed.
static bool publish(struct trail *trail, struct err *err)
{
    struct err own;
    if (trail->commits == 0 || publish_due(&trail->store, &trail->pace, false, &own) ||
        own.code != E_TAMPERED)
        return true;
    *err = own;
    return false;
}

static bool commit(struct trail *trail, const struct rotate *rotate, struct err *err)
{
    struct arena *arena = arena_open();
    bool ok = publish(trail, err) &&
              blob_sync(arena, trail->store.folder, trail->blobs, trail->blob_count, err) &&
              store_lock(&trail->store, err);
    if (ok) {
        ok = commit_locked(trail, arena, rotate, err);
        store_unlock(&trail->store);
    }
    trail->commits++;
    arena_close(arena);
    return ok || poison(trail, err);
}

bool trail_commit(struct trail *trail, struct err *err)
{
    struct err own;
    err = err == NULL ? &own : err;
    return is_usable(trail, err) && (trail->count == 0 || commit(trail, NULL, err));
}

bool trail_rotate(struct trail *trail, struct err *err)
{
    struct rotate rotate = {.state = trail->state,
                            .config_dir = trail->config_dir,
                            .folder = trail->store.folder,
                            .from = trail->keys.signer.key};
    if (!is_usable(trail, err))
        return false;
    rotate_make(&rotate);
    struct value *members = value_map(trail->arena);
    value_put_text(trail->arena, members, "from", note_key_text(trail->arena, &rotate.from));
    value_put_text(trail->arena, members, "to", note_key_text(trail->arena, &rotate.to.key));
    trail_append(trail, NULL, "key.rotated", members);
    bool ok = commit(trail, &rotate, err);
    crypto_wipe(rotate.to.seed, sizeof rotate.to.seed);
    return ok;
}

// For the next commit to sync, once however often it is written.
static void note_blob(struct trail *trail, const char *name)
{
    for (size_t i = 0; i < trail->blob_count; i++)
        if (strcmp(trail->blobs[i], name) == 0)
            return;
    trail->blobs = arena_grow(trail->queue_arena, trail->blobs, trail->blob_count, trail->blob_count + 1,
                              sizeof *trail->blobs);
    trail->blobs[trail->blob_count++] = name;
}

const struct value *trail_blob(struct trail *trail, struct arena *arena, const char *bytes, size_t length,
                               struct err *err)
{
    const char *name, *digest;
    struct err own;
    err = err == NULL ? &own : err;
    if (!is_usable(trail, err))
        return NULL;
    if (!blob_write(trail->queue_arena, trail->store.folder, bytes, length, &name, &digest, err)) {
        poison(trail, err);
        return NULL;
    }
    note_blob(trail, name);
    struct value *members = value_map(arena);
    value_put(arena, members, "digest", value_printf(arena, "sha256:%s", digest));
    value_put(arena, members, "size", value_int(arena, (int64_t)length));
    return members;
}
