// Shows lines of the trail. Not for judging them, nor for a run as a whole (text_out.c). Invariant: a row
// says in few words what the line says, and the long form leaves no member out.
#include "report/trail_out.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "report/wrap.h"

enum { TIME_COLUMN = 9, TYPE_COLUMN = 19, TEXT_COLUMN = 37, MEMBER_COLUMN = 14, SHORT_VALUE = 60 };

static const char *or_dash(const char *text)
{
    return text == NULL ? "-" : text;
}

// "PATH: WORD", each where there is one.
static const char *about(struct arena *arena, const struct value *line, const char *word)
{
    const char *path = value_text_at(line, "path");
    return path == NULL ? or_dash(word) : word == NULL ? path : arena_printf(arena, "%s: %s", path, word);
}

// Who signed the playbook; one that is built in nobody needed to.
static const char *signer_of(struct arena *arena, const struct value *line)
{
    const char *key = value_text(value_get(
        value_get(line, "signed"), arena_printf(arena, "%s@%s", or_dash(value_text_at(line, "playbook")),
                                                or_dash(value_text_at(line, "version")))));
    return key == NULL || strchr(key, '+') == NULL
               ? ""
               : arena_printf(arena, ", signed by %.*s", (int)strcspn(key, "+"), key);
}

static const char *of_start(struct arena *arena, const struct value *line)
{
    const char *alert = value_text_at(line, "alert.id"), *undoes = value_text_at(line, "undoes"),
               *replays = value_text_at(line, "replays");
    const char *other = undoes != NULL    ? arena_printf(arena, "; undoes %s", undoes)
                        : replays != NULL ? arena_printf(arena, "; replays %s", replays)
                                          : "";
    return arena_printf(arena, "%s of %s %s by %s%s, profile %s, alert %s%s",
                        or_dash(value_text_at(line, "mode")), or_dash(value_text_at(line, "playbook")),
                        or_dash(value_text_at(line, "version")), or_dash(value_text_at(line, "by")),
                        signer_of(arena, line), or_dash(value_text_at(line, "profile")),
                        alert != NULL                               ? alert
                        : value_count(value_get(line, "alert")) > 0 ? "beside the log"
                                                                    : "none",
                        other);
}

static const char *of_end(struct arena *arena, const struct value *line)
{
    long long reads = (long long)value_int_at(line, "requests.read", 0),
              changes = (long long)value_int_at(line, "requests.changed", 0);
    return arena_printf(arena, "%s, exit %lld; %lld read%s, %lld change%s",
                        or_dash(value_text_at(line, "status")), (long long)value_int_at(line, "exit", 0),
                        reads, reads == 1 ? "" : "s", changes, changes == 1 ? "" : "s");
}

static const char *of_read(struct arena *arena, const struct value *line)
{
    int64_t status = value_int_at(line, "status", -1);
    const char *method = or_dash(value_text_at(line, "method")), *url = or_dash(value_text_at(line, "url"));
    const char *behind = strstr(url, "://"); // the path says more than the host
    behind = behind == NULL ? NULL : strchr(behind + 3, '/');
    url = behind == NULL ? url : arena_strndup(arena, behind, strcspn(behind, "?"));
    return status < 0 ? arena_printf(arena, "%s: no answer, %s", method, url)
                      : arena_printf(arena, "%s %lld %s", method, (long long)status, url);
}

static const char *of_effect(struct arena *arena, const struct value *line)
{
    const char *status = value_text_at(line, "status"), *what = value_text_at(line, "summary");
    const char *verified = value_is(value_get(line, "verified"), VALUE_BOOL)
                               ? value_flag_at(line, "verified") ? ", verified" : ", NOT verified"
                               : "";
    if (status != NULL)
        return about(arena, line, arena_printf(arena, "%s%s", status, verified));
    return about(arena, line,
                 arena_printf(arena, "%s (%s)", or_dash(what), or_dash(value_text_at(line, "primitive"))));
}

static const char *of_step(struct arena *arena, const struct value *line)
{
    const char *reason = value_text_at(line, "reason"), *status = or_dash(value_text_at(line, "status"));
    return about(arena, line, reason == NULL ? status : arena_printf(arena, "%s, %s", status, reason));
}

static const char *of_answer(struct arena *arena, const struct value *line)
{
    return about(arena, line,
                 arena_printf(arena, "%s, by %s", or_dash(value_text_at(line, "answer")),
                              or_dash(value_text_at(line, "by"))));
}

// Who went on with it, ended it, or says that it was done.
static const char *of_person(struct arena *arena, const struct value *line)
{
    const char *note = value_text_at(line, "note"),
               *what = note != NULL ? note : value_text_at(line, "status");
    return about(arena, line,
                 arena_printf(arena, "%s%sby %s", what == NULL ? "" : what, what == NULL ? "" : ", ",
                              or_dash(value_text_at(line, "by"))));
}

const char *trail_out_words(struct arena *arena, const struct value *line)
{
    static const char *const members[] = {"message", "text", "who",       "note",  "risk", "reason",
                                          "origin",  "file", "undone_by", "until", "to"};
    static const char *const people[] = {"run.resumed", "run.stopped", "task.attested", NULL};
    const char *type = or_dash(value_text_at(line, "type"));
    if (strcmp(type, "run.started") == 0)
        return of_start(arena, line);
    if (strcmp(type, "run.finished") == 0)
        return of_end(arena, line);
    if (text_is_one_of(type, people))
        return of_person(arena, line);
    if (strcmp(type, "read") == 0)
        return of_read(arena, line);
    if (text_starts(type, "effect."))
        return of_effect(arena, line);
    if (strcmp(type, "step.finished") == 0)
        return of_step(arena, line);
    if (strcmp(type, "ask.answered") == 0)
        return of_answer(arena, line);
    const char *word = NULL;
    for (size_t i = 0; word == NULL && i < sizeof members / sizeof members[0]; i++)
        word = value_text_at(line, members[i]);
    return about(arena, line, word);
}

void trail_out_heading(struct wrap *wrap, const struct value *line)
{
    const char *run = value_text_at(line, "run");
    wrap_begin(wrap, 0, 2);
    wrap_put(wrap, WRAP_BOLD, run == NULL ? "the trail itself" : run);
    wrap_put(wrap, WRAP_DIM,
             arena_printf(wrap->out->arena, " · %.10s · on %s", or_dash(value_text_at(line, "time")),
                          or_dash(value_text_at(line, "host"))));
    wrap_end(wrap);
}

void trail_out_row(struct wrap *wrap, const struct value *line)
{
    struct arena *arena = wrap->out->arena;
    const char *time = or_dash(value_text_at(line, "time"));
    wrap_begin(wrap, 2, TEXT_COLUMN);
    wrap_put(wrap, WRAP_BOLD, arena_printf(arena, "%lld", (long long)value_int_at(line, "seq", -1)));
    wrap_tab(wrap, TIME_COLUMN);
    wrap_put(wrap, WRAP_DIM, arena_printf(arena, "%.8s", strlen(time) > 11 ? time + 11 : ""));
    wrap_tab(wrap, TYPE_COLUMN);
    wrap_put(wrap, WRAP_CYAN, or_dash(value_text_at(line, "type")));
    wrap_tab(wrap, TEXT_COLUMN);
    const char *words = trail_out_words(arena, line), *type = or_dash(value_text_at(line, "type"));
    bool whole = text_starts(type, "run."), read = strcmp(type, "read") == 0;
    wrap_put(wrap, WRAP_PLAIN, whole ? words : wrap_cut(arena, words, wrap->width - TEXT_COLUMN, read));
    wrap_end(wrap);
}

static const char *value_words(struct arena *arena, const struct value *value)
{
    if (value_is(value, VALUE_STRING))
        return value_text(value);
    if (value_is_null(value))
        return "-";
    return json_text(arena, value);
}

// Nested values as JSON below the member's name, line by line.
static void print_nested(struct wrap *wrap, const char *key, const struct value *value)
{
    struct text text = text_new(wrap->out->arena);
    json_write_pretty(&text, value);
    wrap_line(wrap, 0, WRAP_BOLD, key);
    for (char *at = text.ptr; *at != '\0';) {
        size_t length = strcspn(at, "\n"), indent = strspn(at, " ");
        const char *row = arena_strndup(wrap->out->arena, at, length);
        wrap_begin(wrap, 2 + (int)indent, 4 + (int)indent);
        wrap_put(wrap, WRAP_PLAIN, row + indent);
        wrap_end(wrap);
        at += length + (at[length] == '\n');
    }
}

void trail_out_line(struct wrap *wrap, const struct value *line)
{
    struct arena *arena = wrap->out->arena;
    for (size_t i = 0; i < value_count(line); i++) {
        const char *key = line->fields[i].key;
        const struct value *value = line->fields[i].value;
        bool nested = (value_is(value, VALUE_MAP) || value_is(value, VALUE_LIST)) && value_count(value) > 0 &&
                      strlen(json_text(arena, value)) > SHORT_VALUE;
        if (nested) {
            print_nested(wrap, key, value);
            continue;
        }
        wrap_row(wrap, 0, WRAP_BOLD, key, MEMBER_COLUMN, value_words(arena, value));
    }
}
