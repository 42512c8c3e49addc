// Pages of HTML: whatever a text holds, it stays text, and nothing of it is lost or hidden.
#include "../test.h"

#include "base/text.h"
#include "report/html.h"

static const char *added(struct arena *arena, const char *raw)
{
    struct text out = text_new(arena);
    html_add(&out, raw);
    return out.ptr;
}

static void texts(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},
        {"plain – ünd 鍵", "plain – ünd 鍵"},
        {"<b a='1' b=\"2\">&amp;</b>", "&#60;b a=&#39;1&#39; b=&#34;2&#34;&#62;&#38;amp;&#60;/b&#62;"},
        {"one\ntwo\tthree", "one\ntwo\tthree"},
        {"a\rb\x1b[2J\x7f", "a&lt;U+000D&gt;b&lt;U+001B&gt;[2J&lt;U+007F&gt;"},
        {"\xe2\x80\xae"
         "gpj.exe",
         "&lt;U+202E&gt;gpj.exe"},
        {"\xef\xbb\xbf\xc2\x85", "&lt;U+FEFF&gt;&lt;U+0085&gt;"},
        {"cut \xe2\x82", "cut &lt;E2&gt;&lt;82&gt;"},
        {"\xc0\xbc"
         "script\xc0\xbe",
         "&lt;C0&gt;&lt;BC&gt;script&lt;C0&gt;&lt;BE&gt;"},
    };
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(added(arena, cases[i][0]), cases[i][1]);
    arena_close(arena);
}

static void tables(void **state)
{
    (void)state;
    static const char *const columns[] = {"A", "<B>", NULL}, *const cells[] = {"x</td>", NULL};
    struct arena *arena = arena_open();
    struct text out = text_new(arena);
    html_table(&out, columns);
    html_row(&out, cells, 2);
    html_table_end(&out);
    html_pairs(&out);
    html_pair(&out, "name", "</table>");
    html_pair(&out, "left out", NULL);
    html_table_end(&out);
    html_verbatim(&out, "</pre>");
    assert_string_equal(out.ptr, "<table>\n<tr><th>A</th><th>&#60;B&#62;</th></tr>\n"
                                 "<tr><td>x&#60;/td&#62;</td><td></td></tr>\n</table>\n"
                                 "<table>\n<tr><th>name</th><td>&#60;/table&#62;</td></tr>\n</table>\n"
                                 "<pre>&#60;/pre&#62;</pre>\n");
    arena_close(arena);
}

// What stands outside of elements comes from the program alone, the language too.
static void page(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct text out = text_new(arena);
    html_begin(&out, "en\"><script>", "</title><script>");
    html_end(&out);
    assert_null(strstr(out.ptr, "<script"));
    assert_non_null(strstr(out.ptr, "<html lang=\"en&#34;&#62;&#60;script&#62;\">"));
    assert_non_null(strstr(out.ptr, "default-src 'none'"));
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(texts), cmocka_unit_test(tables),
                                       cmocka_unit_test(page)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
