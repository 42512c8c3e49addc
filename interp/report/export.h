// Lines of the trail as events for other people's systems: OCSF and ECS (JSON lines), CEF. One line gives one
// event, and needs no other line.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct arena;
struct text;
struct value;

struct export_row {
    const char *type, *name;
    int type_uid; // OCSF: class * 100 + activity
    const char *category, *kind;
};

// What became of what the event tells of, as far as the line says; OTHER: `status` names it.
enum export_outcome { EXPORT_NONE, EXPORT_SUCCESS, EXPORT_FAILURE, EXPORT_OTHER };

// As in OCSF.
enum export_severity { EXPORT_INFORMATIONAL = 1, EXPORT_MEDIUM = 3, EXPORT_HIGH = 4 };

struct export_event {
    const struct export_row *row;
    const struct value *line;
    const char *bytes; // the very line, without its LF
    size_t length;
    const char *digest; // its SHA-256, in hex
    const char *log;    // the trail's origin
    int64_t time;       // milliseconds
    const char *user;   // who did it: of an approval who gave it, else who ran the program
    enum export_outcome outcome;
    const char *status; // the line's own word; NULL: it has none
    const char *reason; // NULL: none is given
    enum export_severity severity;
    const char *message; // in few words
};

// Adds the event as one line.
typedef void export_writer(struct text *out, const struct export_event *event);
export_writer export_ocsf, export_ecs, export_cef;
// The writer of "ocsf", "ecs" or "cef"; NULL: there is none.
export_writer *export_find(const char *format);
// What a line says, in the arena. Its type may be one that a later version wrote.
struct export_event export_read(struct arena *arena, const struct value *line, const char *bytes,
                                size_t length, const char *log);
// NULL: a type that is not known here.
const struct export_row *export_row(const char *type);
// For the writers of JSON: a map within a map, and a member of the line under another name, where it is
// there.
struct value *export_put_map(struct arena *arena, struct value *map, const char *key);
void export_put_member(struct arena *arena, struct value *map, const char *key, const struct value *line,
                       const char *member);
