// An attacker writes into alerts: names, agents, addresses, texts. Each text of a sample alert is made
// hostile in turn (in this process), and all of them at once (through the program): every request stays well
// formed and goes to the cloud's hosts, nothing is changed by looking, JSON stays JSON, terminals get no
// control. And after a live run neither a token nor a new secret is anywhere but in the lab.
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pool.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "policy/profile.h"
#include "vm/vm.h"

#define SAMPLE "alerts/kv-03-secret-listing-then-get.arm.json"

static const char hostile[] =
    "'\"`; ${params} ${error('x')} {{x}} %s%n%00 ' or 1 == 1 | take 1 // \\ </script> ]] --\r\n"
    "X-Evil: 1\r\n\r\n\x1b[31m\x1b]0;owned\x07\x7f \xc2\x9b"
    "2J $(id) ../../.. ?a=b&c=d#e \xe2\x80\xaeslx.exe\xe2\x81\xa9 @evil.example";

struct mutation {
    struct arena *arena;
    size_t at, seen; // which text is changed; SIZE_MAX: all that `keeps` lets through
    const bool *keeps;
};

static const struct value *mutate(struct mutation *mutation, const struct value *value)
{
    struct arena *arena = mutation->arena;
    if (value_is(value, VALUE_LIST)) {
        struct value *list = value_list(arena);
        for (size_t i = 0; i < value_count(value); i++)
            value_append(arena, list, mutate(mutation, value_item(value, i)));
        return list;
    }
    if (value_is(value, VALUE_MAP)) {
        struct value *map = value_map(arena);
        for (size_t i = 0; i < value_count(value); i++)
            value_put(arena, map, value->fields[i].key, mutate(mutation, value->fields[i].value));
        return map;
    }
    if (!value_is(value, VALUE_STRING))
        return value;
    size_t here = mutation->seen++;
    bool change = mutation->at == SIZE_MAX ? mutation->keeps[here] : here == mutation->at;
    return change ? value_printf(arena, "%s%s", value_text(value), hostile) : value;
}

static const struct value *sample(struct arena *arena)
{
    struct err err = {0};
    size_t length;
    const char *bytes = file_read(arena, SAMPLE, 1 << 20, &length, &err);
    world_must(bytes != NULL, &err);
    const struct value *value = json_parse(arena, SAMPLE, bytes, length, &err);
    world_must(value != NULL, &err);
    return value;
}

static size_t count_texts(struct arena *arena)
{
    struct mutation all = {.arena = arena, .at = SIZE_MAX - 1};
    mutate(&all, sample(arena));
    return all.seen;
}

static const struct value *read_alert(struct world *world, const struct value *raw)
{
    struct vm_run run = {.arena = world->arena,
                         .cloud = world->profile->cloud,
                         .now = "2026-11-25T12:00:00.000Z",
                         .profile = value_map(world->arena),
                         .registry = value_map(world->arena),
                         .self = value_map(world->arena)};
    struct err err = {0};
    vm_run_open(world->vm, &run);
    const struct value *alerts = vm_read_alerts(world->vm, &run, raw, NULL, &err);
    vm_run_close(world->vm, &run);
    return value_item(alerts, 0);
}

// Is the text fit for a terminal and for a log? Line ends are.
static bool is_clean(const char *text, size_t length, const char *what)
{
    for (size_t at = 0; at < length;) {
        unsigned code = 0;
        size_t size = text_utf8(text + at, length - at, &code);
        if (size == 0 || (text_is_hidden(code) && code != '\n')) {
            print_error("%s has U+%04X at %zu: %.80s\n", what, code, at, text + (at > 40 ? at - 40 : 0));
            return false;
        }
        at += size;
    }
    return true;
}

static bool looks_harmless(struct world *world, const struct value *alert, size_t at)
{
    const char *before = world_digest(world), *request = "";
    int status = world_run(world, world_shipped(world, "keyvault-alert"), MODE_DRY_RUN, alert);
    bool ok = (status == 0 || status == 1 || status == 2 || status == 6) &&
              world_changes(world, &request) == 0 && strcmp(world_digest(world), before) == 0;
    if (!ok) {
        print_error("text %zu: ended with %d; %s\n", at, status, request);
        world_print(world);
    }
    return ok;
}

// Files of the state folder hold NUL bytes.
static const char *find(const char *bytes, size_t length, const char *text)
{
    return memmem(bytes, length, text, strlen(text));
}

// What was read of the alert, in one world after another: which texts may be anything is remembered.
static void no_text_leads_astray(void **state)
{
    bool *keeps = *state;
    struct world *world = world_open(&(struct world_config){0});
    size_t count = count_texts(world->arena), read = 0, wrong = 0;
    for (size_t i = 0; i < count; i++) {
        struct mutation mutation = {.arena = world->arena, .at = i};
        const struct value *alert = read_alert(world, mutate(&mutation, sample(world->arena)));
        keeps[i] = alert != NULL;
        read += keeps[i];
        if (i % pool_stride(count, 25) == 0)
            wrong += keeps[i] && !looks_harmless(world, alert, i);
    }
    assert_true(world_trail_is_whole(world));
    size_t length;
    const char *record = world_files(world->arena, world->state, &length);
    assert_null(find(record, length, "(not well formed)")); // how the lab notes a request that is none
    world_close(world);
    assert_true(read > 20);
    assert_int_equal(wrong, 0);
}

// One command of the program; what it wrote.
static int command(struct world *world, const char *words, const char **out, const char **messages)
{
    const char *program = getenv("PLAYBOOK");
    assert_non_null(program);
    const char *line = arena_printf(
        world->arena, "PLAYBOOK_STATE='%s/cli' PLAYBOOK_CONFIG='%s/cli-config' '%s' %s >'%s/out' 2>'%s/err'",
        world->state, world->state, program, words, world->state, world->state);
    struct err err = {0};
    size_t length;
    int status = system(line);
    *out = file_read(world->arena, world_path(world, "out"), 64 << 20, &length, &err);
    world_must(*out != NULL, &err);
    *messages = file_read(world->arena, world_path(world, "err"), 64 << 20, &length, &err);
    world_must(*messages != NULL, &err);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static const char *write_alert(struct world *world, const bool *keeps)
{
    struct mutation all = {.arena = world->arena, .at = SIZE_MAX, .keeps = keeps};
    const char *text = json_text(world->arena, mutate(&all, sample(world->arena))),
               *file = world_path(world, "alert.json");
    struct err err = {0};
    world_must(file_replace(file, text, strlen(text), &err), &err);
    return file;
}

static void every_exit_is_clean(void **state)
{
    static const char *const commands[] = {
        "alert show '%s'",
        "alert show '%s' --json",
        "run keyvault-alert --alert '%s' --dry-run --unattended",
        "run keyvault-alert --alert '%s' --dry-run --unattended --explore",
        "run keyvault-alert --alert '%s' --dry-run --unattended --json",
        "run keyvault-alert --alert '%s' --audit --unattended",
        "run keyvault-alert --alert '%s' --unattended --approve-all --simulated",
        "run keyvault-alert --alert '%s' --unattended --approve-all --json"};
    struct world *world = world_open(&(struct world_config){0});
    const char *file = write_alert(world, *state);
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const char *out, *messages;
        struct text words = text_new(world->arena);
        text_addn(&words, commands[i], strcspn(commands[i], "%"));
        text_addf(&words, "%s%s", file, strchr(commands[i], '%') + 2);
        int status = command(world, words.ptr, &out, &messages);
        bool json = text_ends(commands[i], "--json");
        wrong += status >= 70 || !is_clean(out, strlen(out), words.ptr) ||
                 !is_clean(messages, strlen(messages), words.ptr);
        if (status >= 70)
            print_error("%s ended with %d: %.2000s\n", words.ptr, status, messages);
        if (json && json_parse_own(world->arena, "out", out, strlen(out), NULL) == NULL && ++wrong)
            print_error("%s: no JSON\n", words.ptr);
    }
    world_close(world);
    assert_int_equal(wrong, 0);
}

// Adds the values of secrets in the lab's files.
static void add_secrets(struct world *world, struct value *values)
{
    static const char start[] = "\"value\":\"";
    size_t length;
    const char *estate = world_files(world->arena, world_path(world, "cli/lab"), &length);
    for (const char *at = find(estate, length, start); at != NULL;
         at = find(at, length - (size_t)(at - estate), start)) {
        at += strlen(start);
        const char *text = arena_strndup(world->arena, at, strcspn(at, "\""));
        if (strlen(text) >= 16 && strchr(text, '.') == NULL) // others are addresses and names in logs
            value_append(world->arena, values, value_string(world->arena, text));
    }
}

static void check_place(const char *bytes, size_t length, const struct value *values, const char *what)
{
    for (size_t k = 0; k < value_count(values); k++)
        if (find(bytes, length, value_text(value_item(values, k))) != NULL)
            fail_msg("%s has the secret %s", what, value_text(value_item(values, k)));
    // The lab's tokens begin so; fewer letters are in many a hash.
    if (find(bytes, length, "eyJ0eXAi") != NULL || find(bytes, length, "Bearer") != NULL)
        fail_msg("%s has a token", what);
}

static void no_secret_leaves_the_lab(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){0});
    struct value *values = value_list(world->arena);
    const char *text, *messages, *json, *more, *unread;
    assert_int_equal(command(world, "run keyvault-alert --unattended --approve-all", &text, &messages), 0);
    add_secrets(world, values);
    assert_int_equal(command(world, "lab reset", &unread, &more), 0);
    assert_int_equal(command(world,
                             "run keyvault-alert --answer everything=yes --unattended --approve-all --json",
                             &json, &more),
                     0);
    add_secrets(world, values);
    assert_true(value_count(values) > 60);
    check_place(text, strlen(text), values, "the screen");
    check_place(messages, strlen(messages), values, "the progress");
    check_place(json, strlen(json), values, "the JSON");
    check_place(more, strlen(more), values, "the progress beside JSON");
    size_t length;
    const char *trail = world_files(world->arena, world_path(world, "cli/trail"), &length);
    check_place(trail, length, values, "the trail");
    assert_non_null(find(trail, length, "hmac-sha256:")); // the renewals are told
    const char *keys = world_files(world->arena, world_path(world, "cli/keys"), &length);
    check_place(keys, length, values, "the keys");
    world_close(world);
}

int main(void)
{
    static bool keeps[1024];
    const struct CMUnitTest tests[] = {cmocka_unit_test_prestate(no_text_leads_astray, keeps),
                                       cmocka_unit_test_prestate(every_exit_is_clean, keeps),
                                       cmocka_unit_test(no_secret_leaves_the_lab)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
