// JSON as another reader has it: whatever this one accepts, cJSON reads too, and as the same values. The
// samples of alerts and the corpora of the fuzzers are the texts.
#include "../test.h"

#include <math.h>

#include <cjson/cJSON.h>

#include "base/file.h"
#include "data/json.h"
#include "data/value.h"

static bool same(const struct value *value, const cJSON *item)
{
    switch (value->kind) {
    case VALUE_NULL:
        return cJSON_IsNull(item);
    case VALUE_BOOL:
        return value->flag ? cJSON_IsTrue(item) : cJSON_IsFalse(item);
    case VALUE_INT:
        return cJSON_IsNumber(item) && fabs((double)value->integer - item->valuedouble) < 0.5;
    case VALUE_NUMBER:
        return cJSON_IsNumber(item) && !(value->number < item->valuedouble) &&
               !(value->number > item->valuedouble);
    case VALUE_STRING:
        return cJSON_IsString(item) && strcmp(value->text, item->valuestring) == 0;
    default:
        break;
    }
    bool is_map = value->kind == VALUE_MAP;
    const cJSON *child = item->child;
    if (is_map ? !cJSON_IsObject(item) : !cJSON_IsArray(item))
        return false;
    for (size_t i = 0; i < value_count(value); i++, child = child->next)
        if (child == NULL || (is_map && strcmp(value->map.fields[i].key, child->string) != 0) ||
            !same(is_map ? value->map.fields[i].value : value_item(value, i), child))
            return false;
    return child == NULL;
}

static size_t judge_folder(const char *folder)
{
    size_t judged = 0;
    struct arena *arena = arena_open();
    for (char **name = file_list(arena, folder); *name != NULL; name++) {
        struct err err;
        size_t length;
        const char *path = arena_printf(arena, "%s/%s", folder, *name);
        const char *bytes = file_read(arena, path, JSON_MAX_FILE, &length, &err);
        const struct value *value = bytes == NULL ? NULL : json_parse(arena, *name, bytes, length, NULL);
        if (value == NULL)
            continue; // refused: this reader is stricter
        cJSON *item = cJSON_ParseWithLength(bytes, length);
        if (item == NULL || !same(value, item))
            fail_msg("%s is read otherwise", path);
        cJSON_Delete(item);
        judged++;
    }
    arena_close(arena);
    return judged;
}

static void samples(void **state)
{
    (void)state;
    assert_true(judge_folder("alerts") > 40);
    assert_true(judge_folder("fuzz/alert") > 0);
    assert_true(judge_folder("fuzz/json") > 0);
}

static void escapes(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "\"\\u0041\\u00e9\\u20ac\\ud83d\\ude00\\n\\/\\\\\\\"\"", "[\"a\\tb\", \"\", \"\\b\\f\\r\"]",
        "{\"\\u0061\":1,\"long key with \\\"quotes\\\" in it\":[-0.0,1e3,12345678901234567890,0.1e-7]}",
        "[123456789012345,1234567890123456,9007199254740993,-123456789012345]"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct arena *arena = arena_open();
        const struct value *value = json_parse(arena, "t", texts[i], strlen(texts[i]), NULL);
        cJSON *item = cJSON_Parse(texts[i]);
        assert_non_null(value);
        assert_true(same(value, item));
        cJSON_Delete(item);
        arena_close(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(samples), cmocka_unit_test(escapes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
