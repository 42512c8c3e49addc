// Writes JUnit XML. Not for what a test is (cli/test_run.c). Invariant: whatever names and messages hold, the
// text is well-formed XML: what a character is allowed to be is decided here, one by one.
#include "report/junit.h"

#include <string.h>

#include "base/text.h"
#include "data/value.h"

enum { MS = 1000 };

struct totals {
    size_t tests, failures, errors;
    int64_t ms;
};

// What is written: tab, line feed, and what is neither control, surrogate nor U+FFFE, U+FFFF. XML 1.0 would
// hold carriage returns and C1 controls too, but readers do not agree on them.
static bool is_allowed(unsigned code)
{
    return code == '\t' || code == '\n' ||
           (code >= 0x20 && (code < 0x7F || code > 0x9F) && code != 0xFFFE && code != 0xFFFF);
}

static void add_escaped(struct text *out, const char *raw)
{
    unsigned code;
    size_t length;
    for (size_t left = strlen(raw); left > 0; raw += length, left -= length) {
        length = text_utf8(raw, left, &code);
        if (length == 0) // a byte that is no UTF-8
            length = 1;
        else if (code == '<' || code == '>' || code == '&' || code == '"' || code == '\n' || code == '\t')
            text_addf(out, "&#%u;", code);
        else if (is_allowed(code))
            text_addn(out, raw, length);
    }
}

static void add_attribute(struct text *out, const char *name, const char *value)
{
    text_addf(out, " %s=\"", name);
    add_escaped(out, value);
    text_addc(out, '"');
}

static void add_time(struct text *out, int64_t ms)
{
    text_addf(out, " time=\"%lld.%03d\"", (long long)(ms / MS), (int)(ms % MS));
}

// The diagnostic that says why, and whether the case could be run at all.
static const struct value *reason_of(const struct value *one, bool *ran)
{
    const struct value *all = value_get(one, "diagnostics"), *reason = NULL;
    *ran = true;
    for (size_t i = 0; i < value_count(all); i++) {
        const struct value *item = value_item(all, i);
        if (!text_same(value_text_at(item, "severity"), "error"))
            continue;
        *ran = *ran && text_same(value_text_at(item, "code"), "E_EXPECT");
        reason = reason == NULL ? item : reason;
    }
    return reason;
}

// As a compiler would print it.
static void add_diagnostic(struct text *out, const struct value *item)
{
    const char *file = value_text_at(item, "file"), *code = value_text_at(item, "code"),
               *hint = value_text_at(item, "hint");
    if (file != NULL)
        add_escaped(out, file);
    if (file != NULL && value_int_at(item, "line", 0) > 0)
        text_addf(out, ":%lld:%lld", (long long)value_int_at(item, "line", 0),
                  (long long)value_int_at(item, "column", 0));
    text_addf(out, "%s%s: ", file == NULL ? "" : ": ", value_text_at(item, "severity"));
    add_escaped(out, value_text_at(item, "message"));
    if (code != NULL)
        text_addf(out, " [%s]", code);
    text_addc(out, '\n');
    if (hint == NULL)
        return;
    text_add(out, "  hint: ");
    add_escaped(out, hint);
    text_addc(out, '\n');
}

static void add_case(struct text *out, const struct value *one)
{
    const char *file = value_text_at(one, "file"), *name = value_text_at(one, "name");
    bool ran;
    const struct value *all = value_get(one, "diagnostics"), *reason = reason_of(one, &ran);
    const char *element = reason == NULL ? "system-out" : ran ? "failure" : "error";
    text_add(out, "    <testcase");
    add_attribute(out, "classname", file);
    add_attribute(out, "name", name == NULL ? "(the whole file)" : name);
    add_attribute(out, "file", file);
    if (value_int_at(one, "line", 0) > 0)
        text_addf(out, " line=\"%lld\"", (long long)value_int_at(one, "line", 0));
    add_time(out, value_int_at(one, "took_ms", 0));
    if (value_count(all) == 0) {
        text_add(out, "/>\n");
        return;
    }
    text_addf(out, ">\n      <%s", element);
    if (reason != NULL) {
        add_attribute(out, "type", value_text_at(reason, "code"));
        add_attribute(out, "message", value_text_at(reason, "message"));
    }
    text_addc(out, '>');
    for (size_t i = 0; i < value_count(all); i++)
        add_diagnostic(out, value_item(all, i));
    text_addf(out, "</%s>\n    </testcase>\n", element);
}

// From one on: all cases of its file, or, with file NULL, all.
static struct totals count(const struct value *cases, size_t from, const char *file, size_t *end)
{
    struct totals totals = {0};
    size_t i = from;
    for (; i < value_count(cases); i++) {
        const struct value *one = value_item(cases, i);
        bool ran, failed = !value_flag_at(one, "passed");
        if (file != NULL && strcmp(file, value_text_at(one, "file")) != 0)
            break;
        (void)reason_of(one, &ran);
        totals.tests++;
        totals.failures += failed && ran;
        totals.errors += failed && !ran;
        totals.ms += value_int_at(one, "took_ms", 0);
    }
    *end = i;
    return totals;
}

static void add_totals(struct text *out, const char *name, struct totals totals)
{
    add_attribute(out, "name", name);
    text_addf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"0\"", totals.tests,
              totals.failures, totals.errors);
    add_time(out, totals.ms);
    text_add(out, ">\n");
}

void junit_write(struct text *out, const struct value *cases)
{
    size_t end;
    text_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
    add_totals(out, "playbook test", count(cases, 0, NULL, &end));
    for (size_t i = 0; i < value_count(cases); i = end) {
        const char *file = value_text_at(value_item(cases, i), "file");
        text_add(out, "  <testsuite");
        add_totals(out, file, count(cases, i, file, &end));
        for (size_t j = i; j < end; j++)
            add_case(out, value_item(cases, j));
        text_add(out, "  </testsuite>\n");
    }
    text_add(out, "</testsuites>\n");
}
