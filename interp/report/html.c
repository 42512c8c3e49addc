// Writes HTML. What stands in a page is for who has it written. Invariant: every text from outside goes
// through html_add, and none stands in an attribute, where other rules hold.
#include "report/html.h"

#include <string.h>

#include "base/text.h"

// A browser is told to fetch and run nothing, should one find a way in all the same. Nothing is told by
// colour.
static const char head[] =
    "<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<style>\n"
    "body {font: 15px/1.4 sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em}\n"
    "table {border-collapse: collapse; margin: .5em 0 1em}\n"
    "th, td {border: 1px solid; padding: .2em .5em; text-align: left; vertical-align: top}\n"
    "td, th, p, pre, h1, h2, h3 {unicode-bidi: isolate; overflow-wrap: anywhere; white-space: pre-wrap}\n"
    "th {min-width: 4em}\n"
    "pre {border: 1px solid; padding: .5em}\n"
    "</style>\n";

void html_add(struct text *out, const char *raw)
{
    size_t left = strlen(raw), length;
    for (; left > 0; raw += length, left -= length) {
        unsigned code;
        length = text_utf8(raw, left, &code);
        if (length == 0) {
            text_addf(out, "&lt;%02X&gt;", (unsigned)(unsigned char)*raw);
            length = 1;
        } else if (code == '&' || code == '<' || code == '>' || code == '"' || code == '\'') {
            text_addf(out, "&#%u;", code);
        } else if (code != '\n' && code != '\t' && text_is_hidden(code)) {
            text_addf(out, "&lt;U+%04X&gt;", code);
        } else {
            text_addn(out, raw, length);
        }
    }
}

static void element(struct text *out, const char *name, const char *raw)
{
    text_addf(out, "<%s>", name);
    html_add(out, raw == NULL ? "" : raw);
    text_addf(out, "</%s>", name);
}

void html_begin(struct text *out, const char *language, const char *title)
{
    text_add(out, "<!DOCTYPE html>\n<html lang=\"");
    html_add(out, language);
    text_addf(out, "\">\n%s", head);
    element(out, "title", title);
    text_add(out, "\n");
    html_heading(out, 1, title);
}

void html_end(struct text *out)
{
    text_add(out, "</html>\n");
}

void html_heading(struct text *out, int level, const char *raw)
{
    const char name[] = {'h', (char)('0' + level), '\0'};
    element(out, name, raw);
    text_addc(out, '\n');
}

void html_paragraph(struct text *out, const char *raw)
{
    element(out, "p", raw);
    text_addc(out, '\n');
}

void html_verbatim(struct text *out, const char *raw)
{
    element(out, "pre", raw);
    text_addc(out, '\n');
}

void html_table(struct text *out, const char *const *columns)
{
    text_add(out, "<table>\n<tr>");
    for (; *columns != NULL; columns++)
        element(out, "th", *columns);
    text_add(out, "</tr>\n");
}

void html_row(struct text *out, const char *const *cells, size_t count)
{
    text_add(out, "<tr>");
    for (size_t i = 0; i < count; i++)
        element(out, "td", cells[i]);
    text_add(out, "</tr>\n");
}

void html_table_end(struct text *out)
{
    text_add(out, "</table>\n");
}

void html_pairs(struct text *out)
{
    text_add(out, "<table>\n");
}

void html_pair(struct text *out, const char *name, const char *raw)
{
    if (raw == NULL)
        return;
    text_add(out, "<tr>");
    element(out, "th", name);
    element(out, "td", raw);
    text_add(out, "</tr>\n");
}
