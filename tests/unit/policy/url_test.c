// URLs: what is accepted is read by libcurl, which connects, in the same way; templates and ids.
#include "../test.h"

#include <stdio.h>
#include <stdlib.h>

#include <curl/curl.h>

#include "base/file.h"
#include "base/text.h"
#include "policy/url.h"

static char *part(CURLU *other, CURLUPart which, unsigned flags)
{
    char *text = NULL;
    return curl_url_get(other, which, &text, flags) == CURLUE_OK ? text : NULL;
}

// Host, port, user, fragment and every segment of the path are what libcurl sees.
static void agrees_with_libcurl(const char *text, const struct url *url)
{
    CURLU *other = curl_url();
    if (curl_url_set(other, CURLUPART_URL, text, CURLU_PATH_AS_IS) != CURLUE_OK)
        fail_msg("libcurl cannot read %s", text);
    char *scheme = part(other, CURLUPART_SCHEME, 0), *host = part(other, CURLUPART_HOST, 0);
    char *port = part(other, CURLUPART_PORT, 0), *path = part(other, CURLUPART_PATH, 0);
    assert_string_equal(scheme, "https");
    if (!text_same(host, url->host))
        fail_msg("%s: host %s, not %s", text, url->host, host);
    assert_true(port == NULL || strcmp(port, "443") == 0);
    assert_null(part(other, CURLUPART_USER, 0));
    assert_null(part(other, CURLUPART_FRAGMENT, 0));
    char *save, *segment = strtok_r(path, "/", &save);
    for (size_t i = 0; i < url->count; i++, segment = strtok_r(NULL, "/", &save)) {
        int length;
        char *plain = curl_easy_unescape(NULL, segment, 0, &length);
        assert_string_equal(plain, url->segments[i]);
        curl_free(plain);
    }
    assert_null(segment);
    char *all[] = {scheme, host, port, path};
    for (size_t i = 0; i < 4; i++)
        curl_free(all[i]);
    curl_url_cleanup(other);
}

// Changes a URL in up to four places, always in the same way.
static void mutate(char *text, size_t size)
{
    static const char spice[] = "/\\.%:@?#&=+ 2eF0\x01\x7f\xc3;[]{}|^<>\"'~*";
    for (int changes = rand() % 4 + 1; changes > 0; changes--) {
        size_t length = strlen(text), at = (size_t)rand() % length;
        char c = spice[(size_t)rand() % (sizeof spice - 1)];
        if (rand() % 2 == 0 || length + 2 > size) {
            text[at] = c;
        } else {
            memmove(text + at + 1, text + at, length - at + 1);
            text[at] = c;
        }
    }
}

static void reads_as_libcurl_does(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err err = {0};
    size_t length, accepted = 0, refused = 0;
    char *table = file_read(arena, "tables/gate_requests.tab", 1 << 20, &length, &err), *save;
    assert_non_null(table);
    srand(7);
    for (char *line = strtok_r(table, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
        char url_text[512], text[600];
        if (line[0] == '#' || sscanf(line, "%*s\t%511[^\t]", url_text) != 1)
            continue;
        for (int i = 0; i < 400; i++) {
            static struct url url;
            snprintf(text, sizeof text, "%s", url_text);
            if (i > 0)
                mutate(text, sizeof text);
            if (url_parse(text, &url, NULL)) {
                agrees_with_libcurl(text, &url);
                accepted++;
            } else {
                refused++;
            }
        }
    }
    assert_in_range(accepted, 3000, 100000);
    assert_in_range(refused, 3000, 100000);
    arena_close(arena);
}

static void matches_templates(void **state)
{
    (void)state;
    static const struct {
        const char *path, *template;
        bool matches;
    } cases[] = {
        {"/a/b", "/a/{x}", true},
        {"/A/b", "/a/{x}", true},
        {"/a", "/a/{x}", false},
        {"/a/b/c", "/a/{x}", false},
        {"/a/b", "/a/bc", false},
        {"/a/bc", "/a/b", false},
        {"/a/c", "/a/b", false},
        {"/v1/4c37d899-9818-4152-8233-89cea195dbe7", "/v1/{guid}", true},
        {"/v1/4c37d899", "/v1/{guid}", false},
        {"/subscriptions/s/query", "/{+scope}/query", true},
        {"/subscriptions/s/a/b/c/query", "/{+scope}/query", true},
        {"/subscriptions/query", "/{+scope}/query", false},
        {"/providers/M/g/query", "/{+scope}/query", true},
        {"/subscriptions", "/{+scope}/a/query", false},
        {"/x/s/query", "/{+scope}/query", false},
        {"/query", "/{+scope}/query", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static struct url url;
        char text[256];
        snprintf(text, sizeof text, "https://h%s", cases[i].path);
        assert_true(url_parse(text, &url, NULL));
        assert_int_equal(url_matches(&url, cases[i].template), cases[i].matches);
    }
}

static void compares_ids(void **state)
{
    (void)state;
    static const struct {
        const char *text, *id;
        bool beneath;
    } cases[] = {
        {"/subscriptions/1", "/subscriptions/1", true},
        {"/Subscriptions/1/x", "/subscriptions/1", true},
        {"/subscriptions/1/x", "/subscriptions/1/", true},
        {"/subscriptions/12", "/subscriptions/1", false},
        {"/subscriptions", "/subscriptions/1", false},
        {"/subscriptions/1/é", "/subscriptions/1", true},
        {"/subscriptions/1/../2", "/subscriptions/1", false},
        {"/subscriptions/1/./2", "/subscriptions/1", false},
        {"/subscriptions/1//x", "/subscriptions/1", false},
        {"/subscriptions/1/", "/subscriptions/1", false},
        {"/x", "/", false},
        {"x", "", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(url_id_is_beneath(cases[i].text, cases[i].id), cases[i].beneath);
}

// A path is as deep as there is room for, and what an empty id names is nothing.
static void bounds_paths(void **state)
{
    (void)state;
    static struct url url;
    char text[2 * URL_MAX_SEGMENTS + 16] = "https://h";
    for (int i = 0; i < URL_MAX_SEGMENTS; i++)
        strcat(text, "/a");
    assert_true(url_parse(text, &url, NULL));
    assert_int_equal(url.count, URL_MAX_SEGMENTS);
    assert_true(url_is_beneath(&url, "/A"));
    assert_true(url_is_beneath(&url, "/a/a/"));
    assert_false(url_is_beneath(&url, "/a//b"));
    assert_false(url_is_beneath(&url, "/"));
    assert_false(url_is_beneath(&url, ""));
    assert_false(url_parse(strcat(text, "/a"), &url, NULL));
    assert_true(url_parse("https://h/a", &url, NULL));
    assert_false(url_is_beneath(&url, "/a/b"));
}

// Who fills an id into one segment is told how it is meant.
static void a_hidden_slash_has_a_hint(void **state)
{
    (void)state;
    char text[] = "https://h/subscriptions%2Fx";
    struct url url;
    struct err err = {0};
    assert_false(url_parse(text, &url, &err));
    assert_non_null(strstr(err.message, "hides a slash"));
    assert_non_null(strstr(err.hint, "{+name}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_as_libcurl_does),
                                       cmocka_unit_test(matches_templates), cmocka_unit_test(compares_ids),
                                       cmocka_unit_test(bounds_paths),
                                       cmocka_unit_test(a_hidden_slash_has_a_hint)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
