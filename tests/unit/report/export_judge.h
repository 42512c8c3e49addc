// Judges events by what their formats demand. The tables are facts of the OCSF 1.8.0 schema, for the classes
// that are written, and of ECS's field reference; the reader of CEF is written from its description alone.
#pragma once
#include "../test.h"

#include <stdio.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"

// Of one class: what an event must have beyond that of the base event, and the numbers that it may use.
static const struct judge_class {
    int uid, category;
    const char *required[6];
    int activities[13], statuses[9]; // ended by -1
} judge_classes[] = {
    {0, 0, {NULL}, {0, 99, -1}, {0, 1, 2, 99, -1}},
    {1008, 1, {"log_name", NULL}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 99, -1}, {0, 1, 2, 99, -1}},
    {6002, 6, {"app.name", NULL}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 99, -1}, {0, 1, 2, 99, -1}},
    {6003,
     6,
     {"actor", "api.operation", "src_endpoint.hostname", NULL},
     {0, 1, 2, 3, 4, 99, -1},
     {0, 1, 2, 99, -1}},
    {7001, 7, {"command_uid", NULL}, {0, 1, 2, 3, 4, 5, 99, -1}, {0, 1, 2, 3, 4, 5, 6, 99, -1}},
};
static const char *const judge_base[] = {"activity_id", "category_uid",     "class_uid",
                                         "type_uid",    "severity_id",      "time",
                                         "metadata",    "metadata.version", "metadata.product.name"};
// What an object of that name must have, wherever it stands in an event.
static const struct {
    const char *object, *required;
} judge_objects[] = {
    {"device", "type_id"},      {"raw_data_hash", "algorithm_id"},
    {"raw_data_hash", "value"}, {"actor", "user"},
    {"actor.user", "name"},     {"api", "operation"},
    {"api.request", "uid"},     {"http_request.url", "url_string"},
    {"remediation", "desc"},    {"app", "name"},
};

static void judge_has(struct arena *arena, const struct value *event, const char *path)
{
    if (value_is_null(value_at(event, path)))
        fail_msg("%s is missing in %s", path, json_text(arena, event));
}

static void judge_number(struct arena *arena, const struct value *event, const char *key, const int *allowed)
{
    int64_t number = value_int_at(event, key, -1);
    while (*allowed >= 0 && *allowed != number)
        allowed++;
    if (*allowed < 0)
        fail_msg("%s is %lld in %s", key, (long long)number, json_text(arena, event));
}

static const struct value *judge_json(struct arena *arena, const char *line)
{
    struct err err;
    // As the trail is read: it keeps, escaped, whatever a text from outside had.
    const struct value *event = json_parse_own(arena, "event", line, strlen(line), &err);
    if (event == NULL)
        fail_msg("%s: %s", err.message, line);
    return event;
}

static void judge_hash(struct arena *arena, const char *bytes, const char *hex)
{
    unsigned char hash[CRYPTO_HASH_SIZE];
    assert_non_null(bytes);
    crypto_sha256(bytes, strlen(bytes), hash);
    assert_string_equal(crypto_hex(arena, hash, sizeof hash), hex);
}

static void judge_profile(struct arena *arena, const struct value *event, const char *attribute,
                          const char *profile)
{
    const struct value *profiles = value_at(event, "metadata.profiles");
    bool declared = value_get(event, attribute) == NULL;
    for (size_t i = 0; i < value_count(profiles); i++)
        declared = declared || strcmp(value_text(value_item(profiles, i)), profile) == 0;
    if (!declared)
        fail_msg("%s wants the profile %s in %s", attribute, profile, json_text(arena, event));
}

static void judge_ocsf(struct arena *arena, const char *line)
{
    static const int severities[] = {0, 1, 2, 3, 4, 5, 6, 99, -1};
    const struct value *event = judge_json(arena, line);
    const struct judge_class *class = NULL;
    for (size_t i = 0; i < sizeof judge_classes / sizeof judge_classes[0]; i++)
        if (judge_classes[i].uid == value_int_at(event, "class_uid", -1))
            class = &judge_classes[i];
    assert_non_null(class);
    for (size_t i = 0; i < sizeof judge_base / sizeof judge_base[0]; i++)
        judge_has(arena, event, judge_base[i]);
    for (size_t i = 0; class->required[i] != NULL; i++)
        judge_has(arena, event, class->required[i]);
    for (size_t i = 0; i < sizeof judge_objects / sizeof judge_objects[0]; i++)
        if (value_at(event, judge_objects[i].object) != NULL)
            judge_has(arena, value_at(event, judge_objects[i].object), judge_objects[i].required);
    judge_number(arena, event, "activity_id", class->activities);
    judge_number(arena, event, "severity_id", severities);
    if (value_get(event, "status_id") != NULL) {
        judge_number(arena, event, "status_id", class->statuses);
        judge_has(arena, event, "status");
    }
    if (value_int_at(event, "activity_id", -1) == 99)
        judge_has(arena, event, "activity_name");
    assert_int_equal(value_int_at(event, "category_uid", -1), class->category);
    assert_int_equal(value_int_at(event, "type_uid", -1),
                     class->uid * 100 + value_int_at(event, "activity_id", -1));
    assert_true(value_int_at(event, "time", 0) > 1000000000000);
    assert_string_equal(value_text_at(event, "metadata.version"), "1.8.0");
    judge_profile(arena, event, "device", "host");
    judge_profile(arena, event, "action_id", "security_control");
    judge_profile(arena, event, "disposition_id", "security_control");
    assert_int_equal(value_int_at(event, "raw_data_hash.algorithm_id", 0), 3);
    judge_hash(arena, value_text_at(event, "raw_data"), value_text_at(event, "raw_data_hash.value"));
}

// Fields of ECS, and what is allowed together in event.category and event.type.
static const char *const judge_fields[] = {"@timestamp",
                                           "message",
                                           "labels",
                                           "ecs.version",
                                           "user.name",
                                           "host.hostname",
                                           "url.full",
                                           "event.id",
                                           "event.kind",
                                           "event.category",
                                           "event.type",
                                           "event.outcome",
                                           "event.hash",
                                           "event.reason",
                                           "event.action",
                                           "event.sequence",
                                           "event.created",
                                           "event.severity",
                                           "event.provider",
                                           "event.original",
                                           "http.request.method",
                                           "http.response.status_code",
                                           NULL};
static const struct {
    const char *category, *types[10];
} judge_categories[] = {
    {"process", {"access", "change", "end", "info", "start", NULL}},
    {"api", {"access", "admin", "allowed", "change", "creation", "deletion", "denied", "end", "info", NULL}},
    {"configuration", {"access", "change", "creation", "deletion", "info", NULL}},
};

static void judge_names(struct arena *arena, const char *path, const struct value *value)
{
    if (!value_is(value, VALUE_MAP) || strcmp(path, "labels") == 0) {
        if (!text_is_one_of(path, judge_fields))
            fail_msg("%s is no field of ECS", path);
        return;
    }
    for (size_t i = 0; i < value_count(value); i++)
        judge_names(arena,
                    arena_printf(arena, "%s%s%s", path, *path == '\0' ? "" : ".", value->fields[i].key),
                    value->fields[i].value);
}

static void judge_ecs(struct arena *arena, const char *line)
{
    static const char *const outcomes[] = {"success", "failure", "unknown", NULL};
    const struct value *event = judge_json(arena, line);
    judge_names(arena, "", event);
    judge_has(arena, event, "@timestamp");
    judge_has(arena, event, "ecs.version");
    assert_string_equal(value_text_at(event, "event.kind"), "event");
    assert_true(text_is_one_of(value_text_at(event, "event.outcome"), outcomes));
    const char *category = value_text(value_item(value_at(event, "event.category"), 0));
    const char *type = value_text(value_item(value_at(event, "event.type"), 0));
    bool allowed = false;
    for (size_t i = 0; i < sizeof judge_categories / sizeof judge_categories[0]; i++)
        allowed = allowed || (strcmp(judge_categories[i].category, category) == 0 &&
                              text_is_one_of(type, judge_categories[i].types));
    if (!allowed)
        fail_msg("%s and %s do not go together", category, type);
    const struct value *labels = value_get(event, "labels");
    for (size_t i = 0; i < value_count(labels); i++)
        assert_non_null(value_text(labels->fields[i].value));
    judge_hash(arena, value_text_at(event, "event.original"), value_text_at(event, "event.hash"));
}

// Up to a bar that stands for itself; *at moves behind it.
static const char *judge_header(struct arena *arena, const char **at)
{
    struct text field = text_new(arena);
    for (; **at != '|'; (*at)++) {
        assert_true(**at != '\0' && **at != '\n');
        if (**at == '\\') {
            (*at)++;
            assert_true(**at == '\\' || **at == '|');
        }
        text_addc(&field, **at);
    }
    (*at)++;
    return field.ptr;
}

// A value ends where a blank, a key and an equals sign follow, or the line.
static bool judge_ends(const char *at)
{
    if (*at == '\n')
        return true;
    if (*at != ' ')
        return false;
    size_t key = strspn(at + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    return key > 0 && at[1 + key] == '=';
}

static const char *judge_value(struct arena *arena, const char **at)
{
    struct text value = text_new(arena);
    for (; !judge_ends(*at); (*at)++) {
        assert_true((unsigned char)**at >= ' ' && **at != '=' && **at != 0x7F);
        if (**at != '\\') {
            text_addc(&value, **at);
            continue;
        }
        (*at)++;
        assert_true(strchr("\\=nr", **at) != NULL && **at != '\0');
        text_addc(&value, **at == 'n' ? '\n' : **at == 'r' ? '\r' : **at);
    }
    return value.ptr;
}

// Reads the event back: its keys and values.
static const struct value *judge_cef(struct arena *arena, const char *line)
{
    struct value *fields = value_map(arena);
    const char *header[7];
    for (int i = 0; i < 7; i++)
        header[i] = judge_header(arena, &line);
    assert_string_equal(header[0], "CEF:0");
    assert_true(*header[5] != '\0' && strspn(header[6], "0123456789") == strlen(header[6]));
    while (*line != '\n') {
        line += *line == ' ';
        const char *key = arena_strndup(arena, line, strcspn(line, "="));
        line += strlen(key) + 1;
        assert_null(value_get(fields, key));
        value_put_text(arena, fields, key, judge_value(arena, &line));
    }
    assert_int_equal(strspn(value_text_at(fields, "rt"), "0123456789"), 13);
    assert_int_equal(strlen(value_text_at(fields, "cs5")), 64);
    return fields;
}

// Every line of standard input; the number of lines is printed.
static int judge_input(const char *format)
{
    struct err err;
    size_t length, count = 0;
    struct arena *input = arena_open();
    const char *at = file_read(input, "-", JSON_MAX_FILE, &length, &err);
    for (; at != NULL && *at != '\0'; count++) {
        struct arena *arena = arena_open();
        const char *line = arena_strndup(arena, at, strcspn(at, "\n") + 1);
        at += strlen(line);
        if (strcmp(format, "ocsf") == 0)
            judge_ocsf(arena, line);
        else if (strcmp(format, "ecs") == 0)
            judge_ecs(arena, line);
        else
            judge_cef(arena, line);
        arena_close(arena);
    }
    arena_close(input);
    printf("%zu events\n", count);
    return count > 0 ? 0 : 1;
}
