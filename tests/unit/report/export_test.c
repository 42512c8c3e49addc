// Events for other systems: every type of line is mapped, OCSF's classes have what the schema requires, ECS
// has its fields, and what an attacker wrote stays in its place in CEF. `export_test ocsf|ecs|cef` judges
// events on standard input the same way.
#include "export_judge.h"

#include "base/crypto.h"
#include "report/export.h"

#define ENVELOPE                                                                                             \
    "\"v\":1,\"seq\":7,\"id\":\"5f6a3f0e-7c1e-4b52-9a51-1d9d6b0f0a01\",\"run\":\"R1\",\"rseq\":3,\"prev\":"  \
    "\"00\",\"time\":\"2026-01-01T00:00:00.120Z\",\"mono_ns\":5,\"boot\":\"b\",\"by\":\"ann\",\"host\":"     \
    "\"h1\""
#define LINE(type, members) "{" ENVELOPE ",\"type\":\"" type "\"" members "}"

// With an event of that line: its text, in the arena.
static const char *exported(struct arena *arena, const char *format, const char *line)
{
    struct err err;
    struct text out = text_new(arena);
    const struct value *value = json_parse_own(arena, "line", line, strlen(line), &err);
    assert_non_null(value);
    struct export_event event = export_read(arena, value, line, strlen(line), "playbook/h1/1");
    export_find(format)(&out, &event);
    assert_true(text_ends(out.ptr, "\n"));
    assert_null(strchr(arena_strndup(arena, out.ptr, out.length - 1), '\n'));
    return out.ptr;
}

static const struct value *parsed(struct arena *arena, const char *format, const char *line)
{
    struct err err;
    const char *text = exported(arena, format, line);
    const struct value *value = json_parse_own(arena, format, text, strlen(text), &err);
    assert_non_null(value);
    return value;
}

static void check_every_type(void **state)
{
    (void)state;
    static const char *const types[] = {
#define X(type, text) type,
#include "trail/record.def"
#undef X
    };
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        const char *line = arena_printf(arena, "{" ENVELOPE ",\"type\":\"%s\",\"path\":\"p\"}", types[i]);
        if (export_row(types[i]) == NULL)
            fail_msg("the type %s is not mapped", types[i]);
        judge_ocsf(arena, exported(arena, "ocsf", line));
        judge_ecs(arena, exported(arena, "ecs", line));
        judge_cef(arena, exported(arena, "cef", line));
    }
    const char *later = LINE("of.later", ",\"x\":1");
    assert_null(export_row("of.later"));
    assert_int_equal(value_int_at(parsed(arena, "ocsf", later), "unmapped.x", 0), 1);
    judge_ocsf(arena, exported(arena, "ocsf", later));
    arena_close(arena);
}

// A line, and what must be at some places of its events.
static const struct {
    const char *line;
    int type_uid, status_id, severity_id; // status_id 0: there is none
    const char *ecs_type, *ecs_outcome;
} cases[] = {
    {LINE("run.started", ""), 600203, 1, 1, "start", "success"},
    {LINE("run.resumed", ""), 600205, 1, 1, "start", "success"},
    {LINE("run.finished", ",\"status\":\"done\""), 600204, 1, 1, "end", "success"},
    {LINE("run.finished", ",\"status\":\"failed\""), 600204, 2, 4, "end", "failure"},
    {LINE("run.finished", ",\"status\":\"waiting\""), 600204, 99, 1, "end", "unknown"},
    {LINE("run.finished", ",\"status\":\"gaps\""), 600204, 99, 3, "end", "unknown"},
    {LINE("read", ",\"method\":\"GET\",\"url\":\"https://h/x\",\"status\":200"), 600302, 1, 1, "access",
     "success"},
    {LINE("read", ",\"method\":\"GET\",\"url\":\"https://h/x\",\"failure\":\"no\""), 600302, 2, 1, "access",
     "failure"},
    {LINE("effect.planned", ",\"path\":\"p\""), 99, 0, 1, "info", "unknown"},
    {LINE("effect.intent", ",\"before\":null,\"after\":{}"), 600301, 99, 1, "change", "unknown"},
    {LINE("effect.intent", ",\"before\":{},\"after\":{}"), 600303, 99, 1, "change", "unknown"},
    {LINE("effect.intent", ",\"before\":{},\"after\":null"), 600304, 99, 1, "change", "unknown"},
    {LINE("effect.intent", ",\"before\":null,\"once\":\"k\""), 600399, 99, 1, "change", "unknown"},
    {LINE("effect.result", ",\"status\":\"applied\",\"risk\":\"contain\",\"path\":\"p\""), 700101, 1, 1,
     "change", "success"},
    {LINE("effect.result", ",\"status\":\"applied\",\"risk\":\"destroy\",\"verified\":false,\"path\":\"p\""),
     700102, 2, 4, "change", "failure"},
    {LINE("effect.result", ",\"status\":\"applied\",\"risk\":\"contain\",\"undo\":true,\"path\":\"p\""),
     700103, 1, 1, "change", "success"},
    {LINE("effect.result", ",\"status\":\"applied\",\"risk\":\"contain\",\"path\":\"p~undo\""), 700103, 1, 1,
     "change", "success"},
    {LINE("effect.result", ",\"status\":\"in-place\",\"risk\":\"contain\",\"path\":\"p\""), 700101, 1, 1,
     "info", "success"},
    {LINE("effect.result", ",\"status\":\"refused\",\"risk\":\"contain\",\"path\":\"p\""), 700101, 99, 3,
     "denied", "unknown"},
    {LINE("effect.result", ",\"status\":\"unknown\",\"risk\":\"contain\",\"path\":\"p\""), 700101, 99, 3,
     "change", "unknown"},
    {LINE("approval.opened", ",\"path\":\"p\""), 600399, 99, 1, "info", "unknown"},
    {LINE("approval.granted", ",\"who\":\"bo\""), 600399, 1, 1, "allowed", "success"},
    {LINE("approval.refused", ",\"who\":\"bo\""), 600399, 2, 3, "denied", "failure"},
    {LINE("note", ",\"severity\":\"error\",\"message\":\"x\""), 99, 0, 4, "info", "unknown"},
    {LINE("step.undone", ",\"remain\":[\"p\"]"), 99, 2, 4, "info", "failure"},
    {LINE("trail.created", ""), 100806, 1, 1, "creation", "success"},
    {LINE("key.rotated", ""), 100899, 1, 1, "change", "success"},
    {LINE("trail.recovered", ""), 100899, 0, 3, "change", "unknown"},
};

static void check_cases(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct value *ocsf = parsed(arena, "ocsf", cases[i].line),
                           *ecs = parsed(arena, "ecs", cases[i].line);
        judge_ocsf(arena, exported(arena, "ocsf", cases[i].line));
        judge_ecs(arena, exported(arena, "ecs", cases[i].line));
        if (value_int_at(ocsf, "type_uid", -1) != cases[i].type_uid ||
            value_int_at(ocsf, "status_id", 0) != cases[i].status_id ||
            value_int_at(ocsf, "severity_id", -1) != cases[i].severity_id)
            fail_msg("%s gives %s", cases[i].line, json_text(arena, ocsf));
        assert_string_equal(value_text(value_item(value_at(ecs, "event.type"), 0)), cases[i].ecs_type);
        assert_string_equal(value_text_at(ecs, "event.outcome"), cases[i].ecs_outcome);
    }
    arena_close(arena);
}

static void check_raw(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    // Escapes that another writer would not choose, and a mark that is a keyed hash in the trail already.
    const char *line =
        LINE("note", ",\"message\":\"a\\u0041\\/\\u202e\",\"x\":{\"$secret\":\"hmac-sha256:1\"}");
    unsigned char hash[CRYPTO_HASH_SIZE];
    crypto_sha256(line, strlen(line), hash);
    const struct value *ocsf = parsed(arena, "ocsf", line), *ecs = parsed(arena, "ecs", line);
    assert_string_equal(value_text_at(ocsf, "raw_data"), line);
    assert_string_equal(value_text_at(ecs, "event.original"), line);
    assert_string_equal(value_text_at(ocsf, "raw_data_hash.value"), crypto_hex(arena, hash, sizeof hash));
    assert_string_equal(value_text_at(ecs, "event.hash"), crypto_hex(arena, hash, sizeof hash));
    assert_null(strstr(exported(arena, "ocsf", line), "\xE2\x80\xAE"));
    assert_int_equal(value_int_at(ocsf, "time", 0), 1767225600120);
    assert_int_equal(value_int_at(ocsf, "metadata.sequence", 0), 7);
    assert_string_equal(value_text_at(ocsf, "metadata.correlation_uid"), "R1");
    assert_string_equal(value_text_at(ocsf, "metadata.uid"), "5f6a3f0e-7c1e-4b52-9a51-1d9d6b0f0a01");
    arena_close(arena);
}

static void check_hostile_cef(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    static const char line[] = LINE(
        "note", ",\"message\":\"a=b\\\\|c\\nCEF:0|x|y|\\r\\u001b[2J\\u202e suser=root\",\"path\":\"x=1 y\"");
    const char *text = exported(arena, "cef", line);
    const struct value *fields = judge_cef(arena, text);
    assert_string_equal(value_text_at(fields, "msg"),
                        "x=1 y: a=b\\|c\nCEF:0|x|y|\r<U+001B>[2J<U+202E> suser=root");
    assert_string_equal(value_text_at(fields, "suser"), "ann");
    assert_string_equal(value_text_at(fields, "cs2"), "x=1 y");
    // What is too long is cut, never within a character or an escape.
    struct text longer = text_new(arena);
    text_add(&longer, "{" ENVELOPE ",\"type\":\"note\",\"message\":\"");
    for (int i = 0; i < 1000; i++)
        text_add(&longer, "\xC3\xA9=");
    text_add(&longer, "\"}");
    const char *cut = value_text_at(judge_cef(arena, exported(arena, "cef", longer.ptr)), "msg");
    assert_true(strlen(cut) <= 1023 && strlen(cut) > 1000);
    arena_close(arena);
}

static void check_approver(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    const char *line = LINE("approval.granted", ",\"who\":\"bo\",\"key\":\"bo+1+x\",\"how\":\"asked\"");
    const struct value *ocsf = parsed(arena, "ocsf", line);
    assert_string_equal(value_text_at(ocsf, "actor.user.name"), "bo");
    assert_string_equal(value_text_at(ocsf, "unmapped.key"), "bo+1+x");
    assert_int_equal(value_int_at(ocsf, "action_id", 0), 1);
    assert_int_equal(value_int_at(ocsf, "disposition_id", 0), 8);
    assert_string_equal(value_text_at(parsed(arena, "ecs", line), "user.name"), "bo");
    arena_close(arena);
}

int main(int argc, char **argv)
{
    if (argc == 2)
        return judge_input(argv[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_every_type),  cmocka_unit_test(check_cases),    cmocka_unit_test(check_raw),
        cmocka_unit_test(check_hostile_cef), cmocka_unit_test(check_approver),
    };
    return cmocka_run_group_tests_name("report/export", tests, NULL, NULL);
}
