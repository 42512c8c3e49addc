// What an attacker does to a trail: edits of lines, with and without repairing the chain behind them, heads
// signed with the stolen key, files exchanged. Nothing here uses the code that is under test to judge.
#pragma once
#include "estate.h"

#include "base/crypto.h"
#include "base/text.h"
#include "trail/head.h"
#include "trail/keys.h"
#include "trail/tree.h"
#include "trail/verify.h"

enum { ATTACK_MAX_LINES = 2048 };

struct attack_log {
    struct arena *arena;
    char *lines[ATTACK_MAX_LINES];
    size_t count;
};

static inline struct attack_log *attack_read(struct place *place)
{
    struct attack_log *log = ARENA_NEW(place->arena, struct attack_log);
    size_t length;
    char *save = NULL, *text = place_read(place, "trail/log.jsonl", &length);
    log->arena = place->arena;
    for (char *line = strtok_r(text, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
        assert_true(log->count < ATTACK_MAX_LINES);
        log->lines[log->count++] = line;
    }
    return log;
}

static inline void attack_write(struct place *place, const struct attack_log *log)
{
    struct text text = text_new(place->arena);
    for (size_t i = 0; i < log->count; i++)
        text_addf(&text, "%s\n", log->lines[i]);
    place_cut(place, "trail/log.jsonl", 0);
    place_write(place, "trail/log.jsonl", 0, text.ptr, text.length);
}

static inline void attack_remove(struct attack_log *log, size_t at, size_t count)
{
    memmove(log->lines + at, log->lines + at + count, (log->count - at - count) * sizeof log->lines[0]);
    log->count -= count;
}

static inline void attack_insert(struct attack_log *log, size_t at, const char *line)
{
    memmove(log->lines + at + 1, log->lines + at, (log->count - at) * sizeof log->lines[0]);
    log->lines[at] = arena_strdup(log->arena, line);
    log->count++;
}

// Another text of the same length in one line.
static inline void attack_edit(struct attack_log *log, size_t at)
{
    log->lines[at] = arena_strdup(log->arena, log->lines[at]);
    char *message = strstr(log->lines[at], "\"message\":\"x\"");
    assert_non_null(message);
    message[11] = 'y';
}

static inline void attack_tree(const struct attack_log *log, struct tree *tree, size_t size)
{
    *tree = (struct tree){0};
    for (size_t i = 0; i < size; i++) {
        unsigned char leaf[TREE_HASH];
        tree_leaf(log->lines[i], strlen(log->lines[i]), leaf);
        tree_append(tree, leaf);
    }
}

// Writes seq and prev of all lines from `at` anew.
static inline void attack_rechain(struct attack_log *log, size_t at)
{
    for (size_t i = at; i < log->count; i++) {
        unsigned char prev[TREE_HASH] = {0};
        if (i > 0)
            tree_leaf(log->lines[i - 1], strlen(log->lines[i - 1]), prev);
        const char *id = strstr(log->lines[i], ",\"id\":"), *hash = strstr(log->lines[i], ",\"prev\":\"");
        assert_true(id != NULL && hash != NULL);
        log->lines[i] =
            arena_printf(log->arena, "{\"v\":1,\"seq\":%zu%.*s,\"prev\":\"%s%s", i, (int)(hash - id), id,
                         crypto_hex(log->arena, prev, sizeof prev), hash + 9 + 64);
    }
}

// A slot that says what the lines give, signed with the trail's own key (stolen) or with a seed.
static inline void attack_sign(struct place *place, const struct attack_log *log, size_t size, int slot,
                               const unsigned char *seed)
{
    struct keys keys;
    struct head_state state = {.size = size};
    struct tree tree;
    unsigned char bytes[HEAD_SLOT];
    assert_true(keys_load(place->arena, place->config.state, place->config.config_dir, &keys, NULL));
    struct note_signer signer = seed == NULL ? keys.signer : note_signer_new(keys.signer.key.name, seed);
    attack_tree(log, &tree, size);
    tree_root(&tree, state.root);
    head_write(&signer, &state, bytes);
    place_write(place, "trail/head", (uint64_t)slot * HEAD_SLOT, bytes, HEAD_SLOT);
}

static inline const char *attack_copy(struct place *place, const char *name)
{
    size_t length;
    char *bytes = place_read(place, name, &length);
    const char *copy = arena_printf(place->arena, "%s/%zu.copy", place->folder, arena_used(place->arena));
    assert_true(file_replace(copy, bytes, length, NULL));
    return copy;
}

static inline void attack_restore(struct place *place, const char *name, const char *copy)
{
    size_t length;
    char *bytes = file_read(place->arena, copy, 1 << 24, &length, NULL);
    assert_non_null(bytes);
    assert_true(file_replace(place_name(place, name), bytes, length, NULL));
}

// One slot as a checkpoint that was kept elsewhere.
static inline const char *attack_checkpoint(struct place *place, int slot)
{
    size_t length;
    char *bytes = place_read(place, "trail/head", &length) + slot * HEAD_SLOT;
    const char *name =
        arena_printf(place->arena, "%s/%zu.checkpoint", place->folder, arena_used(place->arena));
    assert_true(file_replace(name, bytes, strnlen(bytes, HEAD_SLOT), NULL));
    return name;
}

// What a witness adds to a note.
struct attack_witness {
    const char *vkey, *line;
};

static inline struct attack_witness attack_cosign(struct place *place, const char *text, unsigned char seeded,
                                                  const char *name, uint64_t time)
{
    const unsigned char seed[CRYPTO_KEY_SIZE] = {seeded};
    unsigned char typed[1 + CRYPTO_KEY_SIZE] = {4}, line[76], hash[CRYPTO_HASH_SIZE];
    crypto_ed25519_public(seed, typed + 1);
    struct text id = text_new(place->arena);
    text_addf(&id, "%s\n", name);
    text_addn(&id, (char *)typed, sizeof typed);
    crypto_sha256(id.ptr, id.length, hash);
    memcpy(line, hash, 4);
    for (int i = 0; i < 8; i++)
        line[4 + i] = (unsigned char)(time >> (56 - 8 * i));
    const char *message =
        arena_printf(place->arena, "cosignature/v1\ntime %llu\n%s", (unsigned long long)time, text);
    crypto_ed25519_sign(seed, typed + 1, message, strlen(message), line + 12);
    return (struct attack_witness){.vkey = arena_printf(place->arena, "%s+%s+%s", name,
                                                        crypto_hex(place->arena, hash, 4),
                                                        crypto_base64(place->arena, typed, sizeof typed)),
                                   .line = arena_printf(place->arena, "\xE2\x80\x94 %s %s\n", name,
                                                        crypto_base64(place->arena, line, sizeof line))};
}

static inline struct verify_report attack_judge(struct place *place, const char *vkey, const char *since)
{
    const char *const names[] = {since, NULL};
    struct verify_config config = {
        .state = place->config.state, .config_dir = place->config.config_dir, .vkey = vkey, .since = names};
    struct verify_report report;
    struct err err = {0};
    if (!verify_trail(place->arena, &config, &report, &err))
        fail_msg("%s", err.message);
    return report;
}

// The first finding that is called so, or NULL.
static inline const struct verify_finding *attack_found(const struct verify_report *report, const char *what)
{
    for (size_t i = 0; i < report->count; i++)
        if (strcmp(report->findings[i].what, what) == 0)
            return &report->findings[i];
    return NULL;
}

static inline void attack_print(const struct verify_report *report)
{
    print_error("%s\n", verify_word(report->verdict));
    for (size_t i = 0; i < report->count; i++)
        print_error("  %s %lld-%lld %s\n", report->findings[i].what, (long long)report->findings[i].first,
                    (long long)report->findings[i].last, report->findings[i].text);
}

enum { ATTACK_FIRST = 21, ATTACK_SECOND = 41, ATTACK_ALL = 61 }; // lines after each of the three commits

struct attack {
    const char *name;
    void (*run)(struct place *place);
    const char *what; // the finding that is wanted
    enum verify_verdict verdict;
    int64_t first, last;
};

static inline void attack_open(struct place *place)
{
    place_open(place);
    place_commit(place, "run-1", 20);
    place_commit(place, "run-2", 20);
    place_commit(place, "run-3", 20);
}

static inline void attack_all(const struct attack *attacks, size_t count)
{
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        const struct attack *attack = &attacks[i];
        struct place place;
        attack_open(&place);
        attack->run(&place);
        struct verify_report report = attack_judge(&place, NULL, NULL);
        const struct verify_finding *found = attack_found(&report, attack->what);
        if (report.verdict != attack->verdict || found == NULL || found->first != attack->first ||
            found->last != attack->last) {
            print_error("%s: %s %lld-%lld was wanted, this was found:\n", attack->name, attack->what,
                        (long long)attack->first, (long long)attack->last);
            attack_print(&report);
            ok = false;
        }
        place_close(&place);
    }
    assert_true(ok);
}
