// Before → after as people see it.
#include "../test.h"

#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "report/diff.h"
#include "report/wrap.h"

struct sample {
    const char *before, *after;
    bool partial;
    const char *shown;
};

static const struct sample samples[] = {
    {"{\"a\":1}", "{\"a\":1}", true, ""},
    {"{\"a\":1,\"b\":2}", "{\"a\":3}", true, "a  1 → 3\n"},
    {"{\"a\":1,\"b\":2}", "{\"a\":3}", false, "a  1 → 3\nb  2 → none\n"},
    {"{\"properties\":{\"x\":{\"y\":true}}}", "{\"properties\":{\"x\":{\"y\":false}}}", true,
     "x.y  true → false\n"},
    // Sets: order, the spelling of an address and the case of ids make no difference.
    {"{\"ip\":[\"203.0.113.7/32\",\"198.51.100.0/24\"]}", "{\"ip\":[\"198.51.100.0/24\",\"203.0.113.7\"]}",
     true, ""},
    {"{\"id\":[\"/Subscriptions/A\"]}", "{\"id\":[\"/subscriptions/a\"]}", true, ""},
    {"{\"ip\":[{\"value\":\"192.0.2.1\"}]}", "{\"ip\":[{\"value\":\"192.0.2.2\"}]}", true,
     "ip  - 192.0.2.1\n    + 192.0.2.2\n"},
    {"null", "{\"name\":\"x\",\"tags\":{}}", true, "name  none → x\n"},
    {"{\"name\":\"x\"}", "null", true, "name  x → none\n"},
    {"{\"v\":1}", "{\"v\":{\"$unknown\":\"made by the service\"}}", true,
     "v  1 → (unknown: made by the service)\n"},
    {"{\"v\":null}", "{\"v\":{\"$secret\":\"hmac-sha256:00\"}}", true, "v  none → (secret)\n"},
    // A tag of the estate may be called as what stands beside the log.
    {"{\"v\":null}", "{\"v\":{\"$blob\":{\"digest\":\"sha256:00\"}}}", true,
     "v  none → (too long for a line of the trail: blobs/sha256:00)\n"},
    {"{\"tags\":{\"$blob\":\"a\"}}", "{\"tags\":{\"$blob\":\"b\"}}", true, "tags.$blob  a → b\n"},
    // Entries that are records, in words; a record of one field is that field.
    {"{\"p\":[{\"id\":\"a\",\"can\":{\"keys\":[\"get\",\"list\"]},\"none\":null}]}", "{\"p\":[]}", true,
     "p  - id a, can.keys get list\n"},
    // The same entries, changed inside.
    {"{\"v\":[{\"id\":\"https://k/s/0123456789abcdef0123456789abcdef\",\"on\":true}]}",
     "{\"v\":[{\"id\":\"https://k/s/0123456789abcdef0123456789abcdef\",\"on\":false}]}", true,
     "v 01234567….on  true → false\n"},
    {"{\"v\":[{\"id\":\"a\",\"on\":true}]}", "{\"v\":[{\"id\":\"b\",\"on\":true}]}", true,
     "v  - id a, on true\n   + id b, on true\n"},
    {"null", "{\"to\":[{\"mail\":{\"address\":\"a@b.c\"}}]}", true, "to  + a@b.c\n"},
    {"{\"v\":\"\"}", "{\"v\":\"\\u001b[2J\"}", true, "v  \"\" → <U+001B>[2J\n"},
};

static void check_samples(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct arena *arena = arena_open();
        struct err err;
        const struct value *before =
            json_parse(arena, "b", samples[i].before, strlen(samples[i].before), &err);
        const struct value *after = json_parse(arena, "a", samples[i].after, strlen(samples[i].after), &err);
        assert_true(before != NULL && after != NULL);
        struct text out = text_new(arena);
        struct wrap wrap = wrap_new(&out, 80, false);
        struct diff diff = diff_new(arena, before, after, samples[i].partial);
        diff_print(&wrap, &diff, 0);
        assert_string_equal(out.ptr, samples[i].shown);

        arena_close(arena);
    }
}

static void check_shared(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct diff diffs[2];
    const char *const after[] = {"{\"a\":1,\"b\":2}", "{\"a\":1,\"b\":3}"};
    for (size_t i = 0; i < 2; i++) {
        struct err err;
        diffs[i] = diff_new(arena, NULL, json_parse(arena, "a", after[i], strlen(after[i]), &err), true);
    }
    struct diff shared = diff_shared(arena, diffs, 2), own = diff_without(arena, &diffs[1], &shared);
    assert_int_equal(shared.count, 1);
    assert_string_equal(shared.rows[0].field, "a");
    assert_int_equal(own.count, 1);
    assert_string_equal(own.rows[0].field, "b");
    assert_int_equal(own.rows[0].after->integer, 3);
    arena_close(arena);
}

static void check_kinds(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct value *after = value_map(arena);
    value_put(arena, after, "s", value_secret(arena, "hunter2"));
    value_put(arena, after, "u", value_unknown(arena, "why"));
    struct text out = text_new(arena);
    struct wrap wrap = wrap_new(&out, 80, false);
    struct diff diff = diff_new(arena, NULL, after, true);
    diff_print(&wrap, &diff, 0);
    assert_string_equal(out.ptr, "s  none → (secret)\nu  none → (unknown: why)\n");
    arena_close(arena);
}

// What is sent is shown whole, line by line, and nothing in it reaches the terminal.
static void check_texts(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct text text = text_new(arena);
    text_add(&text, "Guten Tag,\r\n\r\n\x1b[2JPlan: 0 changes\n");
    for (int i = 0; i < 400; i++)
        text_add(&text, "wörter ");
    text_add(&text, "END\n");
    struct value *body = value_map(arena), *sent = value_map(arena);
    value_put_text(arena, body, "content", text.ptr);
    value_put(arena, sent, "body", body);
    struct text out = text_new(arena);
    struct wrap wrap = wrap_new(&out, 40, false);
    struct diff diff = diff_new(arena, NULL, sent, true);
    diff_print_values(&wrap, &diff, 4);
    const char *start =
        "    body.content\n      Guten Tag,\n\n      <U+001B>[2JPlan: 0 changes\n      wörter wörter";
    assert_memory_equal(out.ptr, start, strlen(start));
    assert_true(text_ends(out.ptr, " END\n"));
    assert_null(strstr(out.ptr, "…"));
    size_t words = 0;
    for (const char *s = out.ptr; (s = strstr(s, "wörter")) != NULL; s++)
        words++;
    assert_int_equal(words, 400);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(check_samples), cmocka_unit_test(check_shared),
                                       cmocka_unit_test(check_kinds), cmocka_unit_test(check_texts)};
    return cmocka_run_group_tests_name("report/diff", tests, NULL, NULL);
}
